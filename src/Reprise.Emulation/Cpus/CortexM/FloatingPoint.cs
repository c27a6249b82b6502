using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The floating-point extension's system side (DDI 0403E, B1.5.6 "Context state stacking", B3.2.20, B3.2.21): CPACR,
/// FPCCR, FPCAR, FPDSCR, and the part of a frame that holds S0 to S15 and FPSCR.
/// With lazy stacking the registers are written to the frame at once, where the manual leaves the words unknown until a
/// handler's first floating-point instruction; only the registers and LSPACT behave lazily. CONTROL.FPCA, which that
/// instruction sets, tells that LSPACT is over.
/// </summary>
internal sealed class FloatingPoint(CortexMModel model, ICortexMRegisters registers)
{
    public const uint AccessOffset = 0xD88;
    public const uint Start = 0xF34;
    public const uint End = 0xF4C;

    /// <summary>CONTROL.FPCA.</summary>
    public const uint ActiveBit = 4;

    /// <summary>Bytes of a frame above its basic part.</summary>
    public const uint FrameSize = 0x48;

    private const uint ContextOffset = 0xF34;
    private const uint AddressOffset = 0xF38;
    private const uint DefaultOffset = 0xF3C;
    private const uint FeatureOffset = 0xF40;

    private const uint AccessMask = 0xF << 20;
    private const uint Automatic = 1u << 31;
    private const uint Lazy = 1u << 30;
    private const uint LazyActive = 1;
    private const uint ContextMask = 0xC000_017B;
    private const uint DefaultMask = 0x07C0_0000;

    private uint _access;
    private uint _context = Automatic | Lazy;
    private uint _address;
    private uint _default;

    /// <summary>FPCCR.ASPEN.</summary>
    public bool IsAutomatic => (_context & Automatic) != 0;

    /// <summary>FPDSCR.</summary>
    public uint Defaults => _default;

    /// <summary>A register was written since this was last set to false; not part of the state.</summary>
    public bool Changed { get; set; }

    public bool Exists => model.HasFpu;

    /// <summary>CONTROL.FPCA: there is a context that a frame must hold.</summary>
    public bool IsActive => model.HasFpu && (registers.Read(ArmRegister.Control) & ActiveBit) != 0;

    /// <summary>Whether CPACR keeps floating point from code of that privilege.</summary>
    public bool IsDisabled(bool privileged) => (_access >> 20 & 3) switch
    {
        0 => true,
        1 => !privileged,
        _ => false,
    };

    private uint Context
    {
        get => _context & ~((_context & LazyActive) != 0 && IsActive ? LazyActive : 0);
        set => _context = value;
    }

    /// <summary>Writes the frame's part at <paramref name="address"/>; false is a bus error.</summary>
    public bool Push(uint address, uint readiness, Func<uint, uint, bool> write)
    {
        var good = true;
        for (uint i = 0; i < 16; i++)
        {
            good &= write(address + (4 * i), registers.Read(ArmRegister.S0 + (int)i));
        }

        good &= write(address + 0x40, registers.Read(ArmRegister.Fpscr));
        Context = Context & (Automatic | Lazy);
        if ((_context & Lazy) != 0)
        {
            _context |= LazyActive | readiness;
            _address = address;
        }

        return good;
    }

    /// <summary>True when the registers are still those of the frame, which then need not be read.</summary>
    public bool ConsumeLazy()
    {
        var lazy = (Context & LazyActive) != 0;
        _context &= ~LazyActive;
        return lazy;
    }

    /// <summary>LSPACT is over for good once a floating-point instruction has run.</summary>
    public void Settle() => _context = Context;

    public uint Peek(uint offset) => offset switch
    {
        _ when !model.HasFpu => 0,
        AccessOffset => _access,
        ContextOffset => Context,
        AddressOffset => _address,
        DefaultOffset => _default,
        >= FeatureOffset when (offset - FeatureOffset) / 4 < model.MediaAndFp.Count =>
            model.MediaAndFp[(int)(offset - FeatureOffset) / 4],
        _ => 0,
    };

    public void Write(uint offset, uint value)
    {
        if (!model.HasFpu)
        {
            return;
        }

        switch (offset)
        {
            case AccessOffset:
                _access = value & AccessMask;
                break;
            case ContextOffset:
                _context = value & ContextMask;
                break;
            case AddressOffset:
                _address = value & ~7u;
                break;
            case DefaultOffset:
                _default = value & DefaultMask;
                break;
        }

        Changed = true;
    }

    public void Reset()
    {
        (_access, _address, _default) = (0, 0, 0);
        _context = Automatic | Lazy;
        Changed = true;
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_access);
        writer.Write(Context);
        writer.Write(_address);
        writer.Write(_default);
    }

    public void Restore(ref StateReader reader)
    {
        _access = reader.ReadUInt32() & AccessMask;
        _context = reader.ReadUInt32() & ContextMask;
        _address = reader.ReadUInt32() & ~7u;
        _default = reader.ReadUInt32() & DefaultMask;
        Changed = true;
    }
}
