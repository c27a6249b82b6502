using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

// Goal: DR0 to DR7 (SDM volume 3, 17.2 and 17.3): breakpoints on instructions, data and I/O ports, and general detect.
// Unicorn has them too, but apart from its state, where a snapshot does not reach. So instructions that access debug
// registers are done here, and Unicorn never sees a breakpoint enabled.
//
// An instruction breakpoint is a fault: the engine stops before the instruction, which counts as one. The others are
// traps: what was hit is kept until the instruction is done, and entered behind it; behind MOV SS and POP SS, once the next
// one is done too (6.8.3).

/// <summary>The debug registers, and what they watch for.</summary>
/// <param name="state">Has their values.</param>
internal sealed class DebugRegisters(X86State state) : IGuestWatch
{
    /// <summary>DR6.BS: a single step.</summary>
    public const ulong SingleStep = 1 << 14;

    private const int Count = 4;
    private const int Status = 6;
    private const int Control = 7;
    private const ulong HitBits = 0xf;
    private const ulong DetectedAccess = 1 << 13;
    private const ulong GeneralDetect = 1 << 13;
    private const ulong WritableStatus = 0xe00f;
    private const ulong FixedStatus = 0xffff_0ff0;
    private const ulong WritableControl = 0xffff_23ff;
    private const ulong FixedControl = 1 << 10;
    private const ulong Cr4DebugExtensions = 1 << 3;
    private const ulong AnyEnabled = 0xff;
    private const uint ResumeFlag = 1 << 16;

    private const int OnExecution = 0;
    private const int OnWrite = 1;
    private const int OnPort = 2;
    private const int OnAccess = 3;

    private readonly ulong[] _last = new ulong[Count + 1];
    private uint _regime = 1;
    private ulong _hits;

    /// <summary>Zero while no instruction has a breakpoint, so that nothing is asked.</summary>
    public uint Enabled => Has(OnExecution) ? Followed() : 0;

    public ulong Regime => Has(OnWrite) || Has(OnAccess) ? Followed() : 0;

    /// <inheritdoc cref="IInstructionTraps.CheckOf"/>
    public TrapCheck CheckOf(ulong address) => FindExecution(address) != 0 ? TrapCheck.InPlace : TrapCheck.None;

    /// <inheritdoc cref="IInstructionTraps.Find"/>
    public uint? Find(ulong address, bool isBetween)
    {
        if ((state.ControlFlags & ResumeFlag) != 0 || FindExecution(address) is not (> 0 and var hits))
        {
            return null;
        }

        SetStatus(hits);
        state.ReportException(0);
        return GuestFault.Debug;
    }

    public bool Concerns(ulong address, ulong length)
    {
        if ((state.Debug[Control] & AnyEnabled) == 0)
        {
            return false;
        }

        for (var i = 0; i < Count; i++)
        {
            if (IsEnabled(i) && KindOf(i) is OnWrite or OnAccess && Overlaps(i, address, length))
            {
                return true;
            }
        }

        return false;
    }

    public bool Note(ulong address, int size, MemoryAccess access)
    {
        if ((state.Debug[Control] & AnyEnabled) == 0)
        {
            return false;
        }

        var hits = 0ul;
        for (var i = 0; i < Count; i++)
        {
            var watches = KindOf(i) == OnAccess || (KindOf(i) == OnWrite && access == MemoryAccess.Write);
            hits |= IsEnabled(i) && watches && Overlaps(i, address, (ulong)size) ? 1ul << i : 0;
        }

        _hits |= hits;
        return hits != 0;
    }

    /// <summary>Notes an access to I/O ports, as <see cref="Note"/> does.</summary>
    public bool NotePort(ushort port, int size)
    {
        var hits = 0ul;
        for (var i = 0; (state.Debug[Control] & AnyEnabled) != 0 && i < Count; i++)
        {
            hits |= IsEnabled(i) && KindOf(i) == OnPort && (state.Cr4 & Cr4DebugExtensions) != 0
                && Overlaps(i, port, (ulong)size) ? 1ul << i : 0;
        }

        _hits |= hits;
        return hits != 0;
    }

    /// <summary>Something was hit that is not in DR6 yet.</summary>
    public bool HasHits => _hits != 0;

    public void Forget() => _hits = 0;

    public void Save(StateWriter writer) => writer.Write((byte)_hits);

    public void Restore(ref StateReader reader) => _hits = reader.ReadByte();

    /// <summary>Puts what the last instruction hit into DR6; false when it hit nothing.</summary>
    public bool TakeHits()
    {
        if (_hits == 0)
        {
            return false;
        }

        SetStatus(_hits);
        _hits = 0;
        return true;
    }

    /// <summary>The instruction that was done was stepped.</summary>
    public void SetSingleStep() => state.Debug[Status] |= SingleStep;

    /// <summary>Does a MOV from or to a debug register; the PC stays.</summary>
    /// <returns>The exception that it raises instead; null for none.</returns>
    public GuestFault? Move(in Instruction instruction)
    {
        var writes = instruction.Op0Register.IsDR();
        var number = (writes ? instruction.Op0Register : instruction.Op1Register) - Register.DR0;
        ref var general = ref state.General[
            (writes ? instruction.Op1Register : instruction.Op0Register).GetFullRegister() - Register.RAX];
        if (number > Control || (number is 4 or 5 && (state.Cr4 & Cr4DebugExtensions) != 0))
        {
            return new GuestFault(GuestFault.InvalidOpcode);
        }

        number |= number >= Count ? 2 : 0;
        if (state.PrivilegeLevel != 0 || (state.ControlFlags & X86State.VirtualMode) != 0)
        {
            return new GuestFault(GuestFault.Protection);
        }

        if ((state.Debug[Control] & GeneralDetect) != 0)
        {
            state.Debug[Status] |= DetectedAccess;
            state.Debug[Control] &= ~GeneralDetect;
            return new GuestFault(GuestFault.Debug);
        }

        if (!writes)
        {
            general = state.Bitness == 64 ? state.Debug[number] : (uint)state.Debug[number];
            return null;
        }

        var value = state.Bitness == 64 ? general : (uint)general;
        if (number >= Status && value > uint.MaxValue)
        {
            return new GuestFault(GuestFault.Protection);
        }

        state.Debug[number] = number switch
        {
            Status => (value & WritableStatus) | FixedStatus,
            Control => (value & WritableControl) | FixedControl,
            _ => value,
        };
        return null;
    }

    private void SetStatus(ulong hits) => state.Debug[Status] = (state.Debug[Status] & ~HitBits) | hits;

    private bool Has(int kind)
    {
        if ((state.Debug[Control] & AnyEnabled) == 0)
        {
            return false;
        }

        for (var i = 0; i < Count; i++)
        {
            if (IsEnabled(i) && KindOf(i) == kind)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A number for the values that the registers have now.</summary>
    private uint Followed()
    {
        var now = state.Debug;
        if (!now[..Count].SequenceEqual(_last.AsSpan(0, Count)) || now[Control] != _last[Count])
        {
            now[..Count].CopyTo(_last);
            _last[Count] = now[Control];
            _regime++;
        }

        return _regime;
    }

    private ulong FindExecution(ulong address)
    {
        var hits = 0ul;
        for (var i = 0; (state.Debug[Control] & AnyEnabled) != 0 && i < Count; i++)
        {
            hits |= IsEnabled(i) && KindOf(i) == OnExecution && state.Debug[i] == address ? 1ul << i : 0;
        }

        return hits;
    }

    private bool IsEnabled(int number) => (state.Debug[Control] >> number * 2 & 3) != 0;

    private int KindOf(int number) => (int)(state.Debug[Control] >> 16 + number * 4 & 3);

    /// <summary>1, 2, 8 or 4 bytes, at an address that is made a multiple of it (17.2.5).</summary>
    private bool Overlaps(int number, ulong address, ulong length)
    {
        var field = (int)(state.Debug[Control] >> 18 + number * 4 & 3);
        var size = field == 2 ? 8ul : (ulong)field + 1;
        var start = state.Debug[number] & ~(size - 1);
        return address < start + size && start < address + length;
    }
}
