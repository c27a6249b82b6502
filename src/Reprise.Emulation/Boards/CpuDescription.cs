using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Processors;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Boards;

/// <summary>The processor of a board; each family says what else it asks of a board file, and builds it.</summary>
/// <param name="Clock">Its clock in Hz.</param>
/// <param name="InstructionRate">Instructions a second unless the user says otherwise, in Hz.</param>
internal abstract record CpuDescription(uint Clock, uint InstructionRate)
{
    private const uint DefaultInstructionRate = 125_000_000;
    private const uint MaxInstructionRate = 1_000_000_000;

    /// <summary>Says that a reset ends the run.</summary>
    public const string EndsAtResetKey = "ends-at-reset";

    private static readonly Dictionary<string, Func<BoardFields, CpuDescription>> _models = new(
    [
        .. CortexMDescription.Models,
        .. X86Description.Models,
    ]);

    /// <summary>A reset ends the run, as the guest's own exit does.</summary>
    public bool EndsAtReset { get; init; }

    /// <summary>Whose code it executes.</summary>
    public abstract IReadOnlyList<FirmwareMachine> Executes { get; }

    /// <summary>Bytes in a page of its engine: memory and devices begin and end with one.</summary>
    public abstract uint PageSize { get; }

    /// <summary>Its numbered interrupt inputs.</summary>
    public abstract int InterruptCount { get; }

    /// <summary>Its inputs that have names of their own, besides <c>nmi</c> and <c>reset</c>.</summary>
    public virtual IReadOnlyList<string> InputNames => [];

    /// <summary>Whether it has I/O ports.</summary>
    public virtual bool HasPorts => false;

    /// <summary>Addresses that are the processor's own, and no device's.</summary>
    public virtual IEnumerable<AddressRange> OwnRanges => [];

    /// <summary>A new processor in its power-on state.</summary>
    public abstract ProcessorParts Build(ProcessorSite site);

    public static CpuDescription Read(BoardMap map)
    {
        var fields = new BoardFields(map, "cpu");
        var result = fields.OneOf("model", _models)(fields) with { EndsAtReset = fields.Flag(EndsAtResetKey, fallback: false) };
        if (result.InstructionRate > MaxInstructionRate)
        {
            throw fields.Error("instruction-rate", "at most 1 GHz, an instruction a nanosecond");
        }

        fields.Finish();
        return result;
    }

    /// <summary>The key that all families have.</summary>
    protected static uint ReadRate(BoardFields fields) => fields.Frequency("instruction-rate", DefaultInstructionRate);
}
