using System.Globalization;
using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards;

/// <summary>
/// What a user may want of a board that its file lets him choose. The board with it is one of its own, so that a
/// recording knows it.
/// </summary>
/// <param name="RamSize">Size of its RAM in bytes, with what comes before it in its memory map; null for the usual.</param>
/// <param name="StartTime">What its clock shows at power-on, to whole seconds; null for the usual.</param>
public readonly record struct BoardChoices(ulong? RamSize, DateTime? StartTime)
{
    /// <summary>What its firmware tries to boot, as QEMU's letters; null for the usual.</summary>
    public string? BootOrder { get; init; }

    /// <summary>What it tries up to the first reset instead; null for the same.</summary>
    public string? BootOnce { get; init; }

    /// <summary>Whether its firmware asks what to boot; null for the usual.</summary>
    public bool? BootMenu { get; init; }

    /// <summary>Its firmware uses the first serial port as its console too, where it can.</summary>
    public bool HasSerialConsole { get; init; }

    /// <summary>A reset that the guest brings about ends the run.</summary>
    public bool EndsAtReset { get; init; }

    /// <summary>Drives that are there without a disk, if the board has them; null for none.</summary>
    public IReadOnlyList<string>? EmptyDrives { get; init; }

    /// <exception cref="BoardFileException">The board has no such size or time.</exception>
    public Board Apply(Board board)
    {
        if (RamSize is { } size)
        {
            board = WithRam(board, size);
        }

        if (StartTime is { } time)
        {
            board = WithTime(board, time);
        }

        return WithRest(WithBoot(board));
    }

    // One file for all that go together: a board that is extended again and again is refused.
    private Board WithBoot(Board board)
    {
        const string Option = "--boot";
        var chosen = new List<(string Device, string Key, string Value)>();
        Choose(board.BootOrder, BootOrder);
        Choose(board.BootOnce, BootOnce);
        Choose(board.BootMenu, BootMenu switch { null => null, true => "true", false => "false" });
        return chosen.Count == 0 ? board : board.With($"devices:\n{Lines(chosen)}", Option);

        void Choose((string Device, string Key)? place, string? value)
        {
            if (value is null)
            {
                return;
            }

            var (device, key) = place ?? throw new BoardFileException(
                new FilePlace(Option, 1, 1), $"a board whose firmware has a choice of what to boot; {board.Name} has none");
            chosen.Add(value.Length > 0 && value.All(char.IsAsciiLetterLower)
                ? (device, key, value)
                : throw new BoardFileException(new FilePlace(Option, 1, 1), $"letters of drives, not '{value}'"));
        }
    }

    private Board WithRest(Board board)
    {
        var lines = EndsAtReset ? $"cpu: {{ {CpuDescription.EndsAtResetKey}: true }}\n" : "";
        var chosen = board.EmptyDrives(EmptyDrives ?? []).Select(drive => (drive.Device, drive.Key, Value: "true"));
        if (HasSerialConsole && board.SerialConsole is var (device, key))
        {
            chosen = chosen.Append((device, key, "true"));
        }

        lines += chosen.Any() ? $"devices:\n{Lines(chosen)}" : "";
        return lines.Length > 0 ? board.With(lines, "--no-reboot") : board;
    }

    private static string Lines(IEnumerable<(string Device, string Key, string Value)> chosen) => string.Concat(chosen
        .GroupBy(choice => choice.Device)
        .Select(group => $"  {group.Key}: {{ {string.Join(", ", group.Select(choice => $"{choice.Key}: {choice.Value}"))} }}\n"));

    private static Board WithRam(Board board, ulong size)
    {
        const string Option = "--ram";
        var range = board.GrowingMemory ?? throw new BoardFileException(
            new FilePlace(Option, 1, 1), $"a board whose RAM has several sizes; that of {board.Name} has one");
        if (size <= range.Address)
        {
            throw new BoardFileException(
                new FilePlace(Option, 1, 1), $"more than the {range.Address >> 10} KiB below '{range.Name}'");
        }

        return board.With(string.Create(
            CultureInfo.InvariantCulture, $"memory: {{ {range.Name}: {{ size: {size - range.Address} }} }}\n"), Option);
    }

    private static Board WithTime(Board board, DateTime time)
    {
        const string Option = "--rtc";
        var (device, key) = board.Clock ?? throw new BoardFileException(
            new FilePlace(Option, 1, 1), $"a board with a clock that shows the time; {board.Name} has none");
        return board.With(string.Create(
            CultureInfo.InvariantCulture, $"devices: {{ {device}: {{ {key}: {time:yyyy-MM-dd'T'HH:mm:ss} }} }}\n"), Option);
    }
}
