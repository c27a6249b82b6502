using Reprise.Emulation.Cpus;
using Reprise.Emulation.Machines;
using Reprise.Unicorn;

namespace Reprise.Emulation.Boards.Processors;

/// <summary>A processor, and what belongs to it on every board.</summary>
/// <param name="Unicorn">The engine that executes.</param>
/// <param name="Processor">The processor.</param>
/// <param name="Inputs">Where wires end that do not end at a device.</param>
/// <param name="Before">Its own devices, which answer before those of the board.</param>
/// <param name="Behind">Those that answer where none of the board does.</param>
/// <param name="Last">What answers behind what the board says is not implemented.</param>
internal sealed record ProcessorParts(
    UnicornEngine Unicorn,
    IProcessor Processor,
    ICpuInputs Inputs,
    IReadOnlyList<DeviceMapping> Before,
    IReadOnlyList<DeviceMapping> Behind,
    IReadOnlyList<DeviceMapping> Last);
