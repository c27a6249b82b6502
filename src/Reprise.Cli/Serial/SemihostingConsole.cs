using Reprise.TimeTravel.Hosting;

namespace Reprise.Cli.Serial;

/// <summary>
/// Standard input of a semihosting guest. It is the same stdin that a serial port may be joined to: each byte goes to
/// the one that takes it first, a call that reads or a receiver that is on.
/// </summary>
/// <param name="source">Where bytes come from.</param>
internal sealed class SemihostingConsole(IByteSource source) : IConsoleInput
{
    public bool AtEnd => !source.CanDeliver;

    public bool TryRead(out byte value) => source.TryTake(out value);
}
