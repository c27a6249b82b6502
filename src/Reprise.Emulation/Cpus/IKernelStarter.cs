using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Cpus;

/// <summary>A processor that can start a kernel at once, where a loader would otherwise run before it.</summary>
public interface IKernelStarter
{
    /// <summary>Whether a kernel starts, without firmware before it.</summary>
    bool StartsKernel { get; }

    /// <summary>From the next reset on, the processor starts the kernel, as its loader leaves the machine to it.</summary>
    /// <param name="kernel">It is in memory already.</param>
    /// <param name="commandLine">What it gets as its command line.</param>
    /// <returns>What it expected of the file and did not find; null when all is well.</returns>
    string? Start(FirmwareImage kernel, string commandLine);
}
