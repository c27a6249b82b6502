using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Boards;

/// <summary>A board: what it has, and where, read from a board file (docs/boards.md).</summary>
public sealed class Board
{
    private readonly BoardFile _file;

    private Board(BoardFile file) => _file = file;

    /// <summary>Its file's name without folder and extension; of a built-in one QEMU's name of the machine.</summary>
    public string Name => _file.Name;

    /// <summary>One line for a list.</summary>
    public string Description => _file.Description;

    /// <summary>Instructions a second unless the user says otherwise, in Hz.</summary>
    public ulong DefaultClock => _file.Cpu.InstructionRate;

    /// <summary>Names of addresses, for whoever reads about an access.</summary>
    public IReadOnlyList<AddressRange> Tags => _file.Tags;

    /// <summary>Whether the size of its RAM is the user's choice.</summary>
    public bool HasRamChoice => GrowingMemory is not null;

    /// <summary>Devices with a ROM of their own, and the names of the files that are usually in them.</summary>
    public IEnumerable<(string Device, string File)> Roms => _file.Devices
        .Where(device => device.Map.Find(DeviceDescription.RomKey) is BoardText)
        .Select(device => (device.Name, ((BoardText)device.Map.Find(DeviceDescription.RomKey)!).Value));

    /// <summary>The device that firmware gets a kernel from; null when the board has none.</summary>
    public string? KernelDevice => _file.Devices.FirstOrDefault(device => device.Factory.LoadsKernels)?.Name;

    /// <summary>Whether it has a clock that shows the time.</summary>
    public bool HasClock => Clock is not null;

    /// <summary>Whether its firmware can be told what to boot.</summary>
    public bool HasBootChoice => BootOrder is not null && BootMenu is not null;

    /// <summary>The memory whose size the user may choose; null when the board has none.</summary>
    internal AddressRange? GrowingMemory => _file.Memory.FirstOrDefault(memory => memory.Grows)?.Range;

    /// <summary>The device that shows the time, and its option for what it shows at power-on; null when there is none.</summary>
    internal (string Device, string Key)? Clock => KeyOf(factory => factory.TimeKey);

    /// <summary>The device that tells firmware what to boot, and its option for that; null when there is none.</summary>
    internal (string Device, string Key)? BootOrder => KeyOf(factory => factory.BootOrderKey);

    /// <summary>The same for what it tries up to the first reset.</summary>
    internal (string Device, string Key)? BootOnce => KeyOf(factory => factory.BootOnceKey);

    /// <summary>The device that has firmware ask what to boot, and its option for that; null when there is none.</summary>
    internal (string Device, string Key)? BootMenu => KeyOf(factory => factory.BootMenuKey);

    /// <summary>The device that has firmware use a serial port as its console, and its option for that; null when there is none.</summary>
    internal (string Device, string Key)? SerialConsole => KeyOf(factory => factory.SerialConsoleKey);

    /// <summary>What it was read from, its own file first: with these it can be read again anywhere.</summary>
    public IReadOnlyList<BoardSourceFile> Files => _file.Files;

    /// <summary>The board with some of it as the user wants it: those lines laid over its file.</summary>
    /// <param name="lines">Lines of a board file, without the name of the board that they extend.</param>
    /// <param name="origin">What an error calls them: the option that they come from.</param>
    /// <exception cref="BoardFileException">The board can't be so.</exception>
    public Board With(string lines, string origin) => LaidBoard.Read(this, lines, origin);

    /// <summary>Whether it has a ROM that ends at 4 GiB, where a PC's processor begins.</summary>
    public bool HasBootRom => BootRom is not null;

    private MemoryDescription? BootRom =>
        _file.Memory.FirstOrDefault(memory => memory.IsReadOnly && memory.Range.End == 1ul << 32);

    /// <summary>
    /// Where a raw firmware file goes if nobody says so: to the end of a ROM that ends at 4 GiB; null on a board without one.
    /// </summary>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="length">Bytes of it.</param>
    /// <exception cref="FirmwareException">The ROM is too small for it.</exception>
    public ulong? RawAddress(string file, int length) =>
        BootRom is not { } rom ? null
        : (ulong)length <= rom.Range.Size ? rom.Range.End - (ulong)length
        : throw new FirmwareException(
            file, (long)rom.Range.Size, $"the end of a file that fits into the ROM of {Name}, which has {rom.Range.Size} bytes");

    /// <summary>Whether its processor is one that a file is for; of a file that does not say, it may be.</summary>
    public bool Executes(FirmwareMachine machine) =>
        machine == FirmwareMachine.Unknown || _file.Cpu.Executes.Contains(machine);

    /// <summary>A board that can be built: everything in its file has been looked at.</summary>
    /// <exception cref="BoardFileException">The file, or one that it names, is not what it should be.</exception>
    public static Board Read(IBoardSource source, string name)
    {
        var file = BoardFile.Read(source, name);
        BoardBuilder.Check(file);
        return new Board(file);
    }

    /// <summary>A built-in board, which needs no look whether it can be built: tests build each.</summary>
    internal static Board ReadBuiltIn(string name) => new(BoardFile.Read(BuiltInBoards.Instance, name));

    /// <summary>The board of the files that a recording keeps; its own is the first.</summary>
    /// <exception cref="BoardFileException">They are not what they should be.</exception>
    public static Board Read(IReadOnlyList<BoardSourceFile> files) =>
        Read(new RecordedBoardFiles(files), files[0].Name);

    /// <summary>New parts in their power-on state, memory all zero.</summary>
    public MachineParts Build(BoardOptions options, IOutputSink output) =>
        BoardBuilder.Build(_file, options, output);

    /// <summary>What lets drives of these names be there without a disk; not of those that are not on the board.</summary>
    internal IReadOnlyList<(string Device, string Key)> EmptyDrives(IReadOnlyCollection<string> names) =>
        [.. _file.Devices.Where(device => names.Contains(device.Name) && device.Factory.EmptyKey is not null)
            .Select(device => (device.Name, device.Factory.EmptyKey!))];

    private (string Device, string Key)? KeyOf(Func<IDeviceFactory, string?> key) =>
        _file.Devices.FirstOrDefault(device => key(device.Factory) is not null) is { } found
            ? (found.Name, key(found.Factory)!)
            : null;

    /// <summary>New devices of the file alone, in its order, joined to something else than a processor.</summary>
    public IReadOnlyList<DeviceMapping> BuildDevices(DeviceSurroundings surroundings) =>
        DeviceAssembly.Build(_file, surroundings);
}
