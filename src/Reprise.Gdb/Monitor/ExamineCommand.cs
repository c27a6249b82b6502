namespace Reprise.Gdb.Monitor;

/// <summary>Shows memory by the CPU's addresses.</summary>
internal sealed class ExamineCommand : MemoryDump
{
    public override string Name => "x";

    public override string Summary => "shows memory: x /4xw 0x20000000";

    protected override int AddressDigits(MonitorContext context) =>
        context.Timeline.Machine.Processor.Registers.First(register => register.Name is "pc" or "rip" or "eip").Bits / 4;
}
