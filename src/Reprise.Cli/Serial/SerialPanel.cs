using Reprise.Cli.Options;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;
using Reprise.TimeTravel.Hosting;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Serial;

// Goal: join the board's serial ports, and the console of a semihosting guest, to the host.
//
// Invariants:
// - Input is only taken by the recorder, in the thread of the run; reader threads fill queues.
// - A sleeping machine can be woken only by a port that can take a byte now: nothing else in it changes while it sleeps.
// - There is one stdout, and what two ports write to it stays in order. There is one stdin, read by one thread.

/// <summary>The host's sides of all serial ports of a board, and of semihosting.</summary>
internal sealed class SerialPanel : IHostInput, IOutputSink, IDisposable
{
    private const int WaitMilliseconds = 20;

    /// <summary>How long output to a program that answers it waits for more.</summary>
    private const int AnswerMilliseconds = 1;

    private readonly AutoResetEvent _arrival = new(false);
    private readonly Dictionary<string, SerialSide> _sides = [];
    private readonly List<string> _named;
    private readonly StreamSide _output;
    private readonly StreamSide _error = new(Console.OpenStandardError());
    private readonly bool _readsStandardInput;
    private readonly bool _writesStandardOutput;
    private readonly Action _quit;
    private RawTerminal? _terminal;
    private IReadOnlyList<IInputPort> _ports = [];
    private ByteQueue? _standardInput;

    /// <param name="choices">What each port is joined to; a port that is not named goes nowhere.</param>
    /// <param name="readsStandardInput">False when stdin belongs to somebody else, or input is recorded.</param>
    /// <param name="writesStandardOutput">False when stdout belongs to somebody else: the console goes to stderr.</param>
    /// <param name="quit">Ends the run, for a console that has <see cref="MenuKeys"/>.</param>
    /// <exception cref="CliException">A file is none to read input from.</exception>
    /// <exception cref="IOException">A file can't be made or read.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">A port can't be had.</exception>
    public SerialPanel(
        IReadOnlyList<SerialChoice> choices, bool readsStandardInput, bool writesStandardOutput = true, Action? quit = null)
    {
        _quit = quit ?? (() => { });
        _output = new StreamSide(writesStandardOutput ? Console.OpenStandardOutput() : Console.OpenStandardError());
        _readsStandardInput = readsStandardInput;
        _writesStandardOutput = writesStandardOutput;
        _named = [.. choices.Where(choice => !choice.IsDefault).Select(choice => choice.Port)];
        try
        {
            foreach (var choice in choices)
            {
                _sides[choice.Port] = Open(choice);
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
    public Exception? Problem => Sides.Select(side => side.Problem).FirstOrDefault(problem => problem is not null);

    private IEnumerable<SerialSide> Sides => [.. _sides.Values, _output, _error];

    /// <summary>Says which ports the machine has.</summary>
    /// <exception cref="CliException">A port was named that it does not have.</exception>
    public void Connect(Machine machine)
    {
        _ports = machine.InputPorts;
        var outputs = machine.Devices.Select(mapping => mapping.Device).OfType<IOutputPort>().Select(port => port.Name);
        List<string> known = [.. _ports.Select(port => port.Name), .. outputs];
        if (_named.Find(name => !known.Contains(name)) is { } unknown)
        {
            throw new CliException($"--serial: the board has no port '{unknown}'; it has {string.Join(", ", known)}.");
        }
    }

    /// <summary>Lets a line of progress stand on the terminal that the guest's console may be on.</summary>
    public void MakeRoomFor(ProgressLine progress)
    {
        _output.Progress = Console.IsOutputRedirected ? null : progress;
        _error.Progress = progress;
    }

    /// <summary>What a semihosting guest reads; null when stdin belongs to somebody else.</summary>
    public IConsoleInput? OpenConsole() => _readsStandardInput ? new SemihostingConsole(OpenStandardInput()) : null;

    public bool HasByte(IInputPort port, ulong position) =>
        _sides.TryGetValue(port.Name, out var side) && side.Input is { HasByte: true };

    public bool TryRead(IInputPort port, ulong position, out byte value)
    {
        value = 0;
        return _sides.TryGetValue(port.Name, out var side) && side.Input is { } input && input.TryTake(out value);
    }

    public void Wait() => _arrival.WaitOne(WaitMilliseconds);

    public void Write(string port, byte value)
    {
        switch (port)
        {
            case SemihostingCalls.OutputPort:
                _output.Write(value);
                break;
            case SemihostingCalls.ErrorPort:
                _error.Write(value);
                break;
            default:
                if (_sides.TryGetValue(port, out var side))
                {
                    side.Write(value);
                }

                break;
        }
    }

    /// <summary>Hands on what was written so far.</summary>
    public void Flush()
    {
        foreach (var side in Sides)
        {
            side.Flush();
        }
    }

    public void Dispose()
    {
        foreach (var side in Sides)
        {
            side.Dispose();
        }

        _terminal?.Dispose();
    }

    private SerialSide Open(SerialChoice choice)
    {
        var input = choice.InputPath is { } path ? new FileSource(path) : null;
        switch (choice.Kind)
        {
            case SerialKind.Stdio:
                return new JoinedSide(_output, input ?? (_readsStandardInput ? OpenTerminal(choice) : null));
            case SerialKind.File:
                return new StreamSide(
                    new FileStream(choice.Path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0), input);
            case SerialKind.Tcp:
                var cable = new TcpCable(choice.TcpPort);
                Console.Error.WriteLine($"{choice.Port}: listening on {cable.EndPoint}");
                return TwoWays(choice.Port, cable, cable);
            case SerialKind.Pty:
                var terminal = new PseudoTerminal();
                Announce(choice, terminal);
                return TwoWays(choice.Port, terminal, terminal);
            case SerialKind.Pipe:
                return TwoWays(choice.Port, OpenPipe(choice.Path, ".in"), OpenPipe(choice.Path, ".out"));
            default:
                return new NullSide(input);
        }
    }

    private StreamSide TwoWays(string name, Stream input, Stream output) =>
        new(output, ReaderThread.Start(input, _arrival, name), AnswerMilliseconds);

    private IByteSource OpenTerminal(SerialChoice choice)
    {
        _terminal = RawTerminal.TryEnter(choice.TakesSignals);
        return OpenStandardInput(choice.HasMenu ? new MenuKeys(Say, _quit) : null);
    }

    private IByteSource OpenStandardInput(MenuKeys? menu = null) =>
        _standardInput ??= ReaderThread.Start(_terminal?.OpenInput() ?? Console.OpenStandardInput(), _arrival, "stdin", menu);

    private void Say(string text)
    {
        foreach (var character in text)
        {
            _output.Write((byte)character);
        }
    }

    /// <summary>Opened both ways, so that nobody need be at the other end, nor stay there.</summary>
    private static FileStream OpenPipe(string path, string ending) => new(
        File.Exists(path + ending) ? path + ending : path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Says how it is called, as QEMU does where QEMU's user asked for it: programs read that line.</summary>
    private void Announce(SerialChoice choice, PseudoTerminal terminal)
    {
        if (choice.Label is { } label && _writesStandardOutput)
        {
            Console.Out.WriteLine($"char device redirected to {terminal.Name} (label {label})");
        }
        else
        {
            Console.Error.WriteLine($"{choice.Port}: at {terminal.Name}");
        }
    }
}
