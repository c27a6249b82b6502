using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Wiring;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Boards.Processors;

/// <summary>An x86 of a board.</summary>
/// <param name="Model">Which one it is.</param>
/// <param name="Clock">Its clock in Hz, which the time-stamp counter counts.</param>
/// <param name="InstructionRate">Instructions a second unless the user says otherwise, in Hz.</param>
/// <param name="ResetsAtShutdown">Whether the board resets it when it shuts down.</param>
internal sealed record X86Description(X86Model Model, uint Clock, uint InstructionRate, bool ResetsAtShutdown)
    : CpuDescription(Clock, InstructionRate)
{
    private const uint DefaultClock = 1_000_000_000;

    /// <summary>What reads the description of each model.</summary>
    public static IEnumerable<KeyValuePair<string, Func<BoardFields, CpuDescription>>> Models =>
        X86Model.All.Select(model => KeyValuePair.Create<string, Func<BoardFields, CpuDescription>>(
            model.Name, fields => new X86Description(
                model, fields.Frequency("clock", DefaultClock), ReadRate(fields), fields.OneOf("shutdown", _shutdowns, "halts"))));

    private static readonly SortedDictionary<string, bool> _shutdowns = new(StringComparer.Ordinal)
    {
        ["halts"] = false,
        ["resets"] = true,
    };

    /// <summary>The file of a kernel for long mode may begin with 32-bit code: it is no reason to refuse it.</summary>
    public override IReadOnlyList<FirmwareMachine> Executes => [FirmwareMachine.I386, FirmwareMachine.X64];

    public override uint PageSize => 4096;

    public override int InterruptCount => 0;

    public override IReadOnlyList<string> InputNames => X86Inputs.Names;

    public override bool HasPorts => true;

    public override ProcessorParts Build(ProcessorSite site)
    {
        var processor = new X86Processor(
            Model,
            site.Memory,
            site.Clock,
            site.CpuClock,
            () => site.AllDevices().Select(mapping => mapping.Device).OfType<IInterruptAcknowledge>().LastOrDefault(),
            () => site.AllDevices().Select(mapping => mapping.Device).OfType<ICoprocessorErrors>().LastOrDefault())
        {
            ResetsAtShutdown = ResetsAtShutdown,
        };
        return new ProcessorParts(
            processor.Unicorn,
            processor,
            new X86Inputs(processor.Pins, site.Reset),
            [],
            [],
            [new(0, 1ul << 52, new OpenBus("open-bus"))]);
    }
}
