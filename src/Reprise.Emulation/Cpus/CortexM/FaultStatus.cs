using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>Fault status and address registers (DDI 0403E, B3.2.15 to B3.2.18 and C1.6.1) and their bits.</summary>
internal sealed class FaultStatus
{
    public const uint InstructionAccessViolation = 1u << 0;
    public const uint DataAccessViolation = 1u << 1;
    public const uint UnstackingAccessViolation = 1u << 3;
    public const uint StackingAccessViolation = 1u << 4;
    public const uint LazyAccessViolation = 1u << 5;
    public const uint MemManageAddressValid = 1u << 7;
    public const uint InstructionBusError = 1u << 8;
    public const uint PreciseDataBusError = 1u << 9;
    public const uint UnstackingBusError = 1u << 11;
    public const uint StackingBusError = 1u << 12;
    public const uint LazyBusError = 1u << 13;
    public const uint BusFaultAddressValid = 1u << 15;
    public const uint UndefinedInstruction = 1u << 16;
    public const uint InvalidState = 1u << 17;
    public const uint InvalidPc = 1u << 18;
    public const uint NoCoprocessor = 1u << 19;
    public const uint Unaligned = 1u << 24;
    public const uint DivideByZero = 1u << 25;

    public const uint VectorTable = 1u << 1;
    public const uint Forced = 1u << 30;
    public const uint DebugEvent = 1u << 31;

    public const uint DebugBreakpoint = 1u << 1;

    /// <summary>CFSR: the status of MemManage, BusFault and UsageFault in one word.</summary>
    public uint Configurable { get; set; }

    /// <summary>HFSR.</summary>
    public uint Hard { get; set; }

    /// <summary>DFSR.</summary>
    public uint Debug { get; set; }

    /// <summary>MMFAR.</summary>
    public uint MemManageAddress { get; set; }

    /// <summary>BFAR.</summary>
    public uint BusFaultAddress { get; set; }

    public void Reset() => (Configurable, Hard, Debug, MemManageAddress, BusFaultAddress) = (0, 0, 0, 0, 0);

    public void Save(StateWriter writer)
    {
        writer.Write(Configurable);
        writer.Write(Hard);
        writer.Write(Debug);
        writer.Write(MemManageAddress);
        writer.Write(BusFaultAddress);
    }

    public void Restore(ref StateReader reader)
    {
        Configurable = reader.ReadUInt32();
        Hard = reader.ReadUInt32();
        Debug = reader.ReadUInt32();
        MemManageAddress = reader.ReadUInt32();
        BusFaultAddress = reader.ReadUInt32();
    }
}
