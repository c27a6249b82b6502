using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The floating-point extension's system side (DDI 0403E, B1.5.6 "Context state stacking", B3.2.20, B3.2.21): CPACR,
/// FPCCR, FPCAR, FPDSCR, and the part of a frame that holds S0 to S15 and FPSCR.
/// With lazy stacking that part is left as it is until a floating-point instruction runs (<see cref="LazyPreservation"/>).
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

    /// <summary>FPCCR.USER.</summary>
    public const uint FromUser = 1 << 1;

    /// <summary>FPCCR.THREAD.</summary>
    public const uint FromThread = 1 << 3;

    /// <summary>FPCCR.HFRDY.</summary>
    public const uint HardFaultReady = 1 << 4;

    /// <summary>FPCCR.MMRDY.</summary>
    public const uint MemManageReady = 1 << 5;

    /// <summary>FPCCR.BFRDY.</summary>
    public const uint BusFaultReady = 1 << 6;

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

    /// <summary>Whether CPACR keeps floating point from code of that privilege. 2 is reserved; it counts as 0, as on QEMU.</summary>
    public bool IsDisabled(bool privileged) => (_access >> 20 & 3) switch
    {
        1 => !privileged,
        3 => false,
        _ => true,
    };

    /// <summary>FPCCR.</summary>
    public uint Context => _context;

    /// <summary>FPCAR: where the frame's part is that is not written yet.</summary>
    public uint FrameAddress => _address;

    /// <summary>FPCCR.LSPEN: the part of a frame is written when it has to be.</summary>
    public bool DefersFrames => (_context & Lazy) != 0;

    /// <summary>FPCCR.LSPACT: the registers belong into a frame that lacks them.</summary>
    public bool IsLazy => model.HasFpu && (_context & LazyActive) != 0;

    /// <summary>UpdateFPCCR(): remembers a frame whose part is not written.</summary>
    /// <param name="address">Of its part.</param>
    /// <param name="readiness">FPCCR's bits that say what the interrupted code was.</param>
    public void Defer(uint address, uint readiness)
    {
        _context = (_context & (Automatic | Lazy)) | LazyActive | readiness;
        _address = address & ~7u;
    }

    /// <summary>Writes the frame's part at <paramref name="address"/>; false when a write failed, which was the last.</summary>
    public bool TryWriteFrame(uint address, Func<uint, uint, bool> write)
    {
        var good = true;
        for (uint i = 0; i < 16 && good; i++)
        {
            good = write(address + (4 * i), registers.Read(ArmRegister.S0 + (int)i));
        }

        return good && write(address + 0x40, registers.Read(ArmRegister.Fpscr));
    }

    /// <summary>What S0 to S15 and FPSCR hold behind a frame that was written at entry is unknown; zero, as on QEMU.</summary>
    public void ForgetValues()
    {
        for (var i = 0; i < 16; i++)
        {
            registers.Write(ArmRegister.S0 + i, 0);
        }

        registers.Write(ArmRegister.Fpscr, 0);
    }

    /// <summary>True when the registers are still those of the frame, which then need not be read.</summary>
    public bool ConsumeLazy()
    {
        var lazy = IsLazy;
        EndLazy();
        return lazy;
    }

    public void EndLazy() => _context &= ~LazyActive;

    public uint Peek(uint offset) => offset switch
    {
        _ when !model.HasFpu => 0,
        AccessOffset => _access,
        ContextOffset => _context,
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
        writer.Write(_context);
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
