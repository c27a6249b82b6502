namespace Reprise.Gdb.Monitor;

/// <summary>Shows physical memory.</summary>
internal sealed class ExaminePhysicalCommand : MemoryDump
{
    public override string Name => "xp";

    public override string Summary => "shows physical memory: xp /4xw 0x20000000";

    protected override int AddressDigits(MonitorContext context) => 16;
}
