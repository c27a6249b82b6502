using System.Diagnostics;
using System.Globalization;

namespace Reprise.Cli.Terminal;

/// <summary>One line on stderr that is rewritten, for work of more than a second, if stderr is a terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan _delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly bool _enabled;
    private readonly string _work;
    private TimeSpan _last;
    private int _width;

    /// <param name="work">What is done: "verifying x.reprise".</param>
    /// <param name="shared">True when the guest's console may be on the same terminal: then there is no progress.</param>
    public ProgressLine(string work, bool shared)
    {
        _work = work;
        _enabled = !Console.IsErrorRedirected && !(shared && !Console.IsOutputRedirected);
    }

    /// <param name="done">Instructions done.</param>
    /// <param name="total">Instructions in all; null when nobody knows.</param>
    public void Report(ulong done, ulong? total)
    {
        var now = _watch.Elapsed;
        if (!_enabled || now < _delay || now - _last < _pause)
        {
            return;
        }

        _last = now;
        var rate = done / now.TotalSeconds / 1e6;
        var text = total is > 0 and var all
            ? string.Create(CultureInfo.InvariantCulture, $"{_work}: {100.0 * done / all:f0} % of {all:n0}, {rate:f0} M/s")
            : string.Create(CultureInfo.InvariantCulture, $"{_work}: {done:n0} instructions, {rate:f0} M/s");
        Console.Error.Write($"\r{text.PadRight(_width)}");
        _width = text.Length;
    }

    public void Dispose()
    {
        if (_width > 0)
        {
            Console.Error.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }
}
