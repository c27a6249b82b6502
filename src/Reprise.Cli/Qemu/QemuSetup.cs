using System.Net;
using Reprise.Cli.Options;
using Reprise.Cli.Sessions;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Qemu;

/// <summary>QEMU's options as the settings of a session.</summary>
/// <param name="options">What was given.</param>
internal sealed class QemuSetup(QemuOptions options)
{
    private const string DefaultBios = KernelOption.DefaultBios;


    /// <summary>The host's sides of the serial ports.</summary>
    /// <exception cref="CliException">A device that is not there.</exception>
    public IReadOnlyList<SerialChoice> Serials()
    {
        var consoles = options.Ports.Consoles()
            .Select(console => Device("-debugcon", console.Device).For(console.Port, "debugcon")).ToList();

        // "none" takes no port; it only keeps the console from being one.
        var devices = options.Serials.Count == 0
            ? consoles.Exists(console => console.Kind == SerialKind.Stdio) ? []
                : [options.HasNoWindow ? QemuCharDevice.Shared : new QemuCharDevice(SerialKind.Stdio)]
            : options.Serials.Where(text => text != "none").Select(text => Device("-serial", text)).ToList();
        foreach (var device in devices)
        {
            if (device.Missing is { } missing)
            {
                options.WithoutEffect.Add(missing + " (the port goes nowhere)");
            }
        }

        List<SerialChoice> all = [.. devices.Select((device, index) => device.For($"uart{index}", $"serial{index}")), .. consoles];
        if (options.Network is { } network)
        {
            all.Add(network);
        }

        return all.Count(choice => choice.Kind == SerialKind.Stdio) <= 1
            ? all
            : throw new CliException("-serial: only one port can be stdio.");
    }

    /// <exception cref="CliException">No firmware, or a board that is not there.</exception>
    public LiveSettings Live()
    {
        var board = Choose(options.Ports.Apply(QemuMachines.WithProcessor(options.Globals.Apply(QemuMachines.Find(options)), options)));
        var (path, address) = Firmware(board);
        var loaded = Loaded(board);
        if (loaded is { } kernel)
        {
            (path, address) = (kernel.Firmware, RawAddress(kernel.Firmware, board));
        }
        else if (options.Initrd is not null)
        {
            throw new CliException("-initrd goes with a Linux or a Multiboot kernel.");
        }

        var roms = RomOption.Read([], board, path).ToDictionary();
        if (loaded is not null)
        {
            roms = roms.Concat(loaded.Value.Files).ToDictionary();
        }

        return new LiveSettings(
            path,
            board,
            address,
            BoardOptions(board) with { Roms = roms, Loaded = OtherFiles() },
            Root(),
            options.Semihosting.DebuggerFiles,
            Script: null,
            options.Icount.RecordPath,
            Overwrite: true,
            RecorderOptions.DefaultIntervalLength,
            options.Gdb is null ? SnapshotBudgetOption.Least : SnapshotBudgetOption.ForTravel,
            IsPaced: options.Icount.IsPaced);
    }

    /// <summary>Makes sure that a recording is one of the firmware and the board that were named.</summary>
    /// <exception cref="CliException">It is not.</exception>
    public void CheckRecording(ReplaySession session)
    {
        var header = session.File.Header;
        if (options.Machine is { } machine && QemuMachines.Find(options).Name != header.Board)
        {
            throw new CliException($"{options.Icount.ReplayPath} was recorded on {header.Board}, not on {machine}.");
        }

        if (options.Kernel is { } kernel && FirmwareFile.Read(kernel) is var bytes && !KernelFiles.Accepts(bytes)
            && !bytes.AsSpan().SequenceEqual(header.Firmware.Span)
            && !header.Options.Values.Contains(Convert.ToBase64String(bytes)))
        {
            throw new CliException($"{options.Icount.ReplayPath} was recorded of another firmware than {kernel}.");
        }
    }

    /// <exception cref="CliException">-cpu names another one than the board's.</exception>
    public void CheckProcessor(string processor)
    {
        if (options.Processor is { } wanted && !QemuMachines.IsProcessor(processor, wanted))
        {
            throw new CliException($"-cpu {wanted}: this board has a {processor}.");
        }
    }

    /// <exception cref="CliException">Nobody could ever let the guest run.</exception>
    public EndPoint? Server() => options.Gdb is not null || !options.Waits
        ? options.Gdb
        : throw new CliException("-S needs -s or -gdb: without a debugger the run would never begin.");

    /// <summary>One line on what was asked for and changes nothing; null when there is nothing.</summary>
    public string? DescribeWithoutEffect() => options.WithoutEffect.Count == 0
        ? null
        : $"without effect here: {string.Join(", ", options.WithoutEffect.Distinct())}";

    /// <summary>A kernel that the board's BIOS loads, if -kernel names one.</summary>
    private (string Firmware, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files)? Loaded(Board board) =>
        options.Kernel is { } kernel
            ? KernelOption.Read(
                board,
                kernel,
                options.Bios,
                options.Initrd,
                options.Append,
                loadsMultiboot: options.Bios is not null || File.Exists(DefaultBios))
            : null;

    // The RAM of the other boards has one size; firmware for them can't see the time.
    private Board Choose(Board board)
    {
        var choices = options.Choices;
        if (choices.RamSize is not null && !board.HasRamChoice)
        {
            options.WithoutEffect.Add("-m");
            choices = choices with { RamSize = null };
        }

        if (!board.HasBootChoice)
        {
            choices = choices with { BootOrder = null, BootOnce = null, BootMenu = null };
        }

        choices = choices with { EmptyDrives = options.Disks.Empty };
        return (board.HasClock ? choices : choices with { StartTime = null }).Apply(board);
    }

    private static ulong? RawAddress(string path, Board board)
    {
        // QEMU puts a raw kernel where a Cortex-M finds its vectors; a BIOS belongs at the end of its ROM.
        var bytes = FirmwareFile.Read(path);
        return FirmwareLoader.IsRaw(bytes) ? board.RawAddress(path, bytes.Length) ?? 0 : null;
    }

    private QemuCharDevice Device(string option, string text)
    {
        const string ById = "chardev:";
        if (!text.StartsWith(ById, StringComparison.Ordinal))
        {
            return QemuCharDevice.Parse(option, text);
        }

        return options.Devices.TryGetValue(text[ById.Length..], out var device)
            ? device
            : throw new CliException($"{option} {text}: there is no such -chardev.");
    }

    /// <summary>What the board starts with: -kernel, else -bios, else the first -device loader.</summary>
    private (string Path, ulong? Address) Firmware(Board board)
    {
        if ((options.Kernel ?? options.Bios) is { } path)
        {
            return (path, RawAddress(path, board));
        }

        if (options.Loaded is [var (file, address, isRaw), ..])
        {
            return LoadAddress(file, address, isRaw) is { } place ? (file, place) : (file, RawAddress(file, board));
        }

        return board.HasBootRom && File.Exists(DefaultBios)
            ? (DefaultBios, RawAddress(DefaultBios, board))
            : throw new CliException("-kernel FILE is missing.");
    }

    /// <summary>Every other -device loader.</summary>
    private IReadOnlyList<LoadedFile> OtherFiles() =>
        [.. options.Loaded.Skip(options.Kernel is null && options.Bios is null ? 1 : 0)
            .Select(file => LoadOption.Read(file.Path, LoadAddress(file.Path, file.Address, file.IsRaw)))];

    /// <summary>Where a file's bytes go; null when its format says so itself, as QEMU has it.</summary>
    private static ulong? LoadAddress(string path, ulong? address, bool isRaw) =>
        isRaw ? address ?? 0 : FirmwareLoader.IsRaw(FirmwareFile.Read(path)) ? address : null;

    private BoardOptions BoardOptions(Board board)
    {
        const ulong NanosecondsPerSecond = 1_000_000_000;
        var nanoseconds = options.Icount.NanosecondsPerInstruction ?? NanosecondsPerSecond / board.DefaultClock;
        var disks = DiskOption.Open(options.Disks.All);
        if (options.Semihosting.DebuggerFiles && options.Gdb is null)
        {
            throw new CliException("-semihosting-config target=gdb needs -s or -gdb: the files are the debugger's.");
        }

        if (!options.Semihosting.Enabled)
        {
            return new BoardOptions(nanoseconds) { Disks = disks };
        }

        var commandLine = options.Semihosting.CommandLine ?? $"{Firmware(board).Path} {options.Append}".TrimEnd();
        return new BoardOptions(nanoseconds, Semihosting: true, commandLine) { Disks = disks };
    }

    private string? Root()
    {
        if (options.Semihosting.Console is { } console
            && !(options.Devices.TryGetValue(console, out var device) && device.Kind == SerialKind.Stdio))
        {
            options.WithoutEffect.Add("chardev of -semihosting-config (its console is stdin and stdout)");
        }

        return options.SemihostingRoot is not { } root || Directory.Exists(root)
            ? options.SemihostingRoot
            : throw new CliException($"-semihosting-root: there is no folder '{root}'.");
    }
}
