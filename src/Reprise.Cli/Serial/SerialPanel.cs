using Reprise.Cli.Options;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Devices;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Serial;

// Goal: join the board's serial ports to the host.
//
// Invariants:
// - Input is only taken by the recorder, in the thread of the run; reader threads fill queues.
// - A sleeping machine can be woken only by a port that can take a byte now: nothing else in it changes while it sleeps.

/// <summary>The host's sides of all serial ports of a board.</summary>
internal sealed class SerialPanel : IHostInput, IOutputSink, IDisposable
{
    private const int WaitMilliseconds = 20;

    private readonly AutoResetEvent _arrival = new(false);
    private readonly Dictionary<string, SerialSide> _sides = [];
    private IReadOnlyList<IInputPort> _ports = [];

    /// <param name="choices">What each port is joined to; a port that is not named goes nowhere.</param>
    /// <param name="readsStandardInput">False when stdin belongs to somebody else, or input is recorded.</param>
    /// <exception cref="IOException">A file can't be made.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">A port can't be had.</exception>
    public SerialPanel(IReadOnlyList<SerialChoice> choices, bool readsStandardInput)
    {
        try
        {
            foreach (var choice in choices)
            {
                _sides[choice.Port] = Open(choice, readsStandardInput);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public bool CanDeliver
    {
        get
        {
            foreach (var port in _ports)
            {
                if (port.CanReceive && _sides.TryGetValue(port.Name, out var side) && side.Input is { CanDeliver: true })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Why output can't be written any more; null when all is well.</summary>
    public Exception? Problem => _sides.Values.Select(side => side.Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>Says which ports the machine has.</summary>
    /// <exception cref="CliException">A port was named that it does not have.</exception>
    public void Connect(IEnumerable<IInputPort> ports)
    {
        _ports = [.. ports];
        if (_sides.Keys.FirstOrDefault(name => _ports.All(port => port.Name != name)) is { } unknown)
        {
            var known = string.Join(", ", _ports.Select(port => port.Name));
            throw new CliException($"--serial: the board has no port '{unknown}'; it has {known}.");
        }
    }

    public bool HasByte(IInputPort port) =>
        _sides.TryGetValue(port.Name, out var side) && side.Input is { HasByte: true };

    public bool TryRead(IInputPort port, out byte value)
    {
        value = 0;
        return _sides.TryGetValue(port.Name, out var side) && side.Input is { } input && input.TryTake(out value);
    }

    public void Wait() => _arrival.WaitOne(WaitMilliseconds);

    public void Write(string port, byte value)
    {
        if (_sides.TryGetValue(port, out var side))
        {
            side.Write(value);
        }
    }

    /// <summary>Hands on what was written so far.</summary>
    public void Flush()
    {
        foreach (var side in _sides.Values)
        {
            side.Flush();
        }
    }

    public void Dispose()
    {
        foreach (var side in _sides.Values)
        {
            side.Dispose();
        }
    }

    private SerialSide Open(SerialChoice choice, bool readsStandardInput)
    {
        switch (choice.Kind)
        {
            case SerialKind.Stdio:
                return new StreamSide(
                    Console.OpenStandardOutput(), readsStandardInput ? StandardInput.Open(_arrival) : null);
            case SerialKind.File:
                return new StreamSide(new FileStream(choice.Path, FileMode.Create, FileAccess.Write, FileShare.Read, 0));
            case SerialKind.Tcp:
                var side = new TcpSide(choice.TcpPort, _arrival);
                Console.Error.WriteLine($"{choice.Port}: listening on {side.EndPoint}");
                return side;
            default:
                return new NullSide();
        }
    }
}
