using System.Diagnostics;
using System.Globalization;

namespace Reprise.Cli.Terminal;

/// <summary>
/// One line on stderr that is rewritten, for work of more than a second, if stderr is a terminal. The guest's console may be
/// on the same one: the line gives way to what is written there, and stands only where a line begins.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan _delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private readonly bool _enabled = !Console.IsErrorRedirected;
    private readonly string _work;
    private bool _atLineStart = true;
    private TimeSpan _last;
    private int _width;

    /// <param name="work">What is done: "verifying x.reprise".</param>
    public ProgressLine(string work) => _work = work;

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
        lock (_lock)
        {
            if (_atLineStart)
            {
                Console.Error.Write($"\r{text.PadRight(_width)}");
                _width = text.Length;
            }
        }
    }

    /// <summary>Writes something else to the terminal.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void GiveWay(Stream output, ReadOnlySpan<byte> text)
    {
        lock (_lock)
        {
            Erase();
            output.Write(text);
            output.Flush();
            _atLineStart = text.EndsWith("\n"u8);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Erase();
        }
    }

    private void Erase()
    {
        if (_width > 0)
        {
            Console.Error.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }
}
