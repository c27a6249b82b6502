using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Wiring;
using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Boards.Processors;

/// <summary>A Cortex-M of a board.</summary>
/// <param name="Model">Which one it is.</param>
/// <param name="Interrupts">Inputs of its NVIC.</param>
/// <param name="PriorityBits">Implemented bits of a priority.</param>
/// <param name="Clock">Its clock in Hz, which SysTick counts.</param>
/// <param name="SysTickReference">SysTick's other clock in Hz; 0 for none.</param>
/// <param name="InstructionRate">Instructions a second unless the user says otherwise, in Hz.</param>
internal sealed record CortexMDescription(
    CortexMModel Model, int Interrupts, int PriorityBits, uint Clock, uint SysTickReference, uint InstructionRate)
    : CpuDescription(Clock, InstructionRate)
{
    private const ulong PrivateBusAddress = 0xE000_0000;
    private const ulong PrivateBusSize = 0x10_0000;

    private static readonly AddressRange _controlSpace =
        new("the processor's control space", SystemControlSpace.BaseAddress, SystemControlSpace.Size, default);

    /// <summary>What reads the description of each model.</summary>
    public static IEnumerable<KeyValuePair<string, Func<BoardFields, CpuDescription>>> Models =>
        CortexMModel.All.Select(model => KeyValuePair.Create<string, Func<BoardFields, CpuDescription>>(
            model.Name, fields => Read(model, fields)));

    public override IReadOnlyList<FirmwareMachine> Executes => [FirmwareMachine.Arm];

    public override uint PageSize => 1024;

    public override int InterruptCount => Interrupts;

    public override IEnumerable<AddressRange> OwnRanges => [_controlSpace];

    public override ProcessorParts Build(ProcessorSite site)
    {
        var unicorn = Model.Open();
        var processor = new CortexMProcessor(Model, unicorn, site.Memory, Interrupts, PriorityBits);
        var trace = Model.IsBaseline ? null : new DataWatchpointUnit(site.Clock, site.CpuClock);
        var control = new SystemControlSpace(processor.Exceptions, site.Clock, site.CpuClock, SysTickReference, trace);
        return new ProcessorParts(
            unicorn,
            processor,
            new CortexMInputs(processor.Exceptions, Interrupts, site.Reset),
            trace is null ? [Map(control)] : [Map(control), new(DataWatchpointUnit.BaseAddress, DataWatchpointUnit.Size, trace)],
            Model.HasBitBand
                ? [Bits("sram-bits", 0x2200_0000, 0x2000_0000), Bits("peripheral-bits", 0x4200_0000, 0x4000_0000)]
                : [],
            [new(PrivateBusAddress, PrivateBusSize, new ZeroDevice("ppb"))]);

        static DeviceMapping Map(SystemControlSpace space) =>
            new(SystemControlSpace.BaseAddress, SystemControlSpace.Size, space);

        DeviceMapping Bits(string name, ulong address, uint target) =>
            new(address, BitBand.Size, new BitBand(name, target, site.Memory, site.AllDevices));
    }

    private static CortexMDescription Read(CortexMModel model, BoardFields fields) => new(
        model,
        (int)fields.Number("interrupts", 1, model.IsBaseline ? 32u : 496u),
        (int)fields.Number("priority-bits", 2, model.IsBaseline ? 2u : 8u),
        fields.Frequency("clock"),
        fields.Has("systick-reference") ? fields.Frequency("systick-reference") : 0,
        ReadRate(fields));
}
