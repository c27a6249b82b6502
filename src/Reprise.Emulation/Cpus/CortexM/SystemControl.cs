using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>VTOR, SCR and CCR (DDI 0403E, B3.2.5, B3.2.7, B3.2.8): what software sets and exceptions obey.</summary>
internal sealed class SystemControl
{
    private const uint SleepOnExitBit = 1u << 1;
    private const uint SendEventOnPendBit = 1u << 4;
    private const uint SleepMask = 0x16;

    private const uint NonBaseThreadBit = 1u << 0;
    private const uint UserPendBit = 1u << 1;
    private const uint UnalignedTrapBit = 1u << 3;
    private const uint DivideByZeroTrapBit = 1u << 4;
    private const uint IgnoreBusFaultBit = 1u << 8;
    private const uint StackAlignBit = 1u << 9;
    private const uint ConfigurationMask = 0x31B;

    private uint _vectorTable;
    private uint _sleep;
    private uint _configuration;

    public SystemControl() => Reset();

    /// <summary>VTOR; a multiple of 128.</summary>
    public uint VectorTable
    {
        get => _vectorTable;
        set => _vectorTable = value & ~0x7Fu;
    }

    /// <summary>SCR.</summary>
    public uint Sleep
    {
        get => _sleep;
        set => _sleep = value & SleepMask;
    }

    /// <summary>CCR.</summary>
    public uint Configuration
    {
        get => _configuration;
        set => _configuration = value & ConfigurationMask;
    }

    public bool SleepsOnExit => (_sleep & SleepOnExitBit) != 0;

    public bool SendsEventOnPend => (_sleep & SendEventOnPendBit) != 0;

    /// <summary>CCR.NONBASETHRDENA: a return to thread mode may leave other exceptions active.</summary>
    public bool AllowsNonBaseThread => (_configuration & NonBaseThreadBit) != 0;

    /// <summary>CCR.USERSETMPEND: unprivileged code may write STIR.</summary>
    public bool LetsUserPend => (_configuration & UserPendBit) != 0;

    public bool TrapsUnaligned => (_configuration & UnalignedTrapBit) != 0;

    public bool TrapsDivideByZero => (_configuration & DivideByZeroTrapBit) != 0;

    /// <summary>CCR.BFHFNMIGN.</summary>
    public bool IgnoresBusFaults => (_configuration & IgnoreBusFaultBit) != 0;

    /// <summary>CCR.STKALIGN: frames are 8-byte aligned.</summary>
    public bool AlignsStack => (_configuration & StackAlignBit) != 0;

    /// <summary>Power-on state; a Cortex-M3 from r2p0 on resets with STKALIGN set.</summary>
    public void Reset() => (_vectorTable, _sleep, _configuration) = (0, 0, StackAlignBit);

    public void Save(StateWriter writer)
    {
        writer.Write(_vectorTable);
        writer.Write(_sleep);
        writer.Write(_configuration);
    }

    public void Restore(ref StateReader reader)
    {
        VectorTable = reader.ReadUInt32();
        Sleep = reader.ReadUInt32();
        Configuration = reader.ReadUInt32();
    }
}
