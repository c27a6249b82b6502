using System.Globalization;
using Reprise.Emulation.Machines;

namespace Reprise.Cli.Sessions;

/// <summary>
/// Names the first resets that the guest brings about: a kernel that crashes early looks like one that begins again and
/// again. A reset that happens again on a journey through the past counts once.
/// </summary>
internal sealed class ResetLog(TextWriter output)
{
    private const int Shown = 5;

    private int _count;
    private ulong? _last;

    public void Add(MachineReset reset)
    {
        if (reset.Position <= _last || _count == Shown)
        {
            return;
        }

        _last = reset.Position;
        _count++;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"reset at position {reset.Position:n0}: {(reset.Halted is { } halted ? "the CPU " + halted : "the guest asked for it")}"));
    }
}
