using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Cpus.CortexM;

namespace Reprise.Emulation.Boards;

/// <summary>The processor of a board.</summary>
/// <param name="Model">Which Cortex-M it is.</param>
/// <param name="Interrupts">Inputs of its NVIC.</param>
/// <param name="PriorityBits">Implemented bits of a priority.</param>
/// <param name="Clock">Its clock in Hz, which SysTick counts.</param>
/// <param name="SysTickReference">SysTick's other clock in Hz; 0 for none.</param>
/// <param name="InstructionRate">Instructions a second unless the user says otherwise, in Hz.</param>
internal sealed record CpuDescription(
    CortexMModel Model, int Interrupts, int PriorityBits, uint Clock, uint SysTickReference, uint InstructionRate)
{
    private const uint DefaultInstructionRate = 125_000_000;
    private const uint MaxInstructionRate = 1_000_000_000;

    private static readonly Dictionary<string, CortexMModel> _models =
        CortexMModel.All.ToDictionary(model => model.Name);

    public static CpuDescription Read(BoardMap map)
    {
        var fields = new BoardFields(map, "cpu");
        var model = fields.OneOf("model", _models);
        var result = new CpuDescription(
            model,
            (int)fields.Number("interrupts", 1, model.IsBaseline ? 32u : 496u),
            (int)fields.Number("priority-bits", 2, model.IsBaseline ? 2u : 8u),
            fields.Frequency("clock"),
            fields.Has("systick-reference") ? fields.Frequency("systick-reference") : 0,
            fields.Frequency("instruction-rate", DefaultInstructionRate));
        if (result.InstructionRate > MaxInstructionRate)
        {
            throw fields.Error("instruction-rate", "at most 1 GHz, an instruction a nanosecond");
        }

        fields.Finish();
        return result;
    }
}
