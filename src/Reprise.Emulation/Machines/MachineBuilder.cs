using Reprise.Emulation.Boards;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;

namespace Reprise.Emulation.Machines;

/// <summary>Makes a machine of a board and a firmware.</summary>
public static class MachineBuilder
{
    /// <summary>A machine at position 0 with the firmware in its memory, and the files that were to be loaded besides.</summary>
    /// <exception cref="FirmwareException">
    /// A segment lies where the board has no memory, or over another file's; a file is damaged; the board can't start the firmware.
    /// </exception>
    public static Machine Build(
        Board board, BoardOptions options, FirmwareImage firmware, string firmwareName, IOutputSink output)
    {
        var parts = board.Build(options, output);
        try
        {
            var segments = new List<FirmwareSegment>();
            Load(parts.Memory, board, firmware, firmwareName, segments);
            foreach (var file in options.Loaded)
            {
                Load(parts.Memory, board, Parse(file), file.Name, segments);
            }

            Start(parts, options, firmware, firmwareName, segments);
        }
        catch
        {
            foreach (var region in parts.Memory.Regions)
            {
                region.Dispose();
            }

            parts.Unicorn.Dispose();
            throw;
        }

        return new Machine(parts);
    }

    private static FirmwareImage Parse(LoadedFile file) => file.Address is { } address
        ? FirmwareLoader.ParseRaw(file.Content, file.Name, address)
        : FirmwareLoader.Parse(file.Content, file.Name, loadAddress: null);

    /// <param name="memory">Where it goes.</param>
    /// <param name="board">Whose memory that is.</param>
    /// <param name="image">What goes there.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="segments">What is there already, to which its own are added.</param>
    private static void Load(
        MemoryMap memory, Board board, FirmwareImage image, string name, List<FirmwareSegment> segments)
    {
        foreach (var segment in image.Segments)
        {
            if (segments.Exists(other => other.Address - segment.Address < (ulong)segment.Data.Length
                || segment.Address - other.Address < (ulong)other.Data.Length))
            {
                throw new FirmwareException(
                    name, 0, $"memory of its own; at 0x{segment.Address:x} it lies over another file, {segment.Data.Length} bytes long");
            }

            if (memory.Write(segment.Address, segment.Data.Span) != segment.Data.Length)
            {
                throw new FirmwareException(name, 0,
                    $"segments in the memory of {board.Name}; {segment.Data.Length} bytes at 0x{segment.Address:x} are not");
            }
        }

        segments.AddRange(image.Segments);
    }

    private static void Start(
        MachineParts parts, BoardOptions options, FirmwareImage firmware, string name, List<FirmwareSegment> segments)
    {
        if (parts.Semihosting is { } semihosting)
        {
            semihosting.Heap = GuestHeap.Find(parts.Memory.Regions, segments);
        }

        if (parts.Processor is not IKernelStarter starter)
        {
            return;
        }

        if (starter.Start(firmware, options.CommandLine) is { } expected)
        {
            throw new FirmwareException(name, 0, expected);
        }

        foreach (var device in parts.Devices.Select(mapping => mapping.Device).OfType<ISetUpByFirmware>())
        {
            if (starter.StartsKernel)
            {
                device.SkipFirmware();
            }
        }
    }
}
