using System.CommandLine;
using Reprise.Cli.Qemu;
using Reprise.Cli.Serial;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Gdb.Server;

namespace Reprise.Cli.Commands;

/// <summary>Takes the command line of qemu-system-arm, so that a tool that starts it can start this instead.</summary>
internal sealed class QemuCommand : ICliCommand
{
    private readonly Argument<string[]> _arguments = new("QEMU-OPTIONS")
    {
        Description = "What qemu-system-arm takes; 'reprise qemu -help' lists it.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Command Create()
    {
        var command = new Command(
            QemuCommandLine.Command, "Takes the command line of qemu-system-arm; so does reprise itself.")
        {
            _arguments,
        };
        command.SetAction(result => Execute(QemuCommandLine.Parse(result.GetValue(_arguments) ?? [])));
        return command;
    }

    private static int Execute(QemuOptions options)
    {
        if (options.Listing is { } listing)
        {
            Console.WriteLine(listing);
            return ExitStatus.Success;
        }

        EarlyLoad.Begin();
        var setup = new QemuSetup(options);
        using var pid = new PidFile(options.PidFile);
        return options.Icount.ReplayPath is { } recording
            ? Replay(recording, options, setup)
            : Run(options, setup);
    }

    private static int Run(QemuOptions options, QemuSetup setup)
    {
        var settings = setup.Live();
        var server = setup.Server();
        using var interruption = new Interruption();
        var gdbHasStdio = server is StandardStreamsEndPoint;
        using var serial = new SerialPanel(
            setup.Serials(), readsStandardInput: !gdbHasStdio, writesStandardOutput: !gdbHasStdio, interruption.Request);
        SayWithoutEffect(setup);
        using var session = new LiveSession(
            settings, serial, machine => setup.CheckProcessor(machine.Processor.Name));
        var run = new LiveRun(settings.FirmwarePath, session, serial, interruption);
        return server is not null ? run.Serve(server, runsAlone: !options.Waits) : run.Alone(limit: null);
    }

    private static int Replay(string path, QemuOptions options, QemuSetup setup)
    {
        var server = setup.Server();
        using var interruption = new Interruption();
        using var serial = new SerialPanel(
            setup.Serials(), readsStandardInput: false, writesStandardOutput: server is not StandardStreamsEndPoint);
        SayWithoutEffect(setup);
        using var session = new ReplaySession(path, serial, withSnapshots: server is not null);
        setup.CheckRecording(session);
        if (server is not null)
        {
            using var service = new GdbService(
                new DebuggedFirmware(options.Kernel ?? path, session), server, runsAlone: false);
            service.Announce();
            return service.Serve(interruption);
        }

        using var progress = new ProgressLine($"replaying {path}");
        serial.MakeRoomFor(progress);
        SlicedReplay.To(session.Timeline, session.Timeline.End, progress, interruption);
        return interruption.Status;
    }

    private static void SayWithoutEffect(QemuSetup setup)
    {
        if (setup.DescribeWithoutEffect() is { } text)
        {
            Console.Error.WriteLine($"reprise: {text}");
        }
    }
}
