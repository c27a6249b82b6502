using Reprise.Emulation.Boards;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Semihosting;

namespace Reprise.Emulation.Machines;

/// <summary>Makes a machine of a board and a firmware.</summary>
public static class MachineBuilder
{
    /// <summary>A machine at position 0 with the firmware in its memory.</summary>
    /// <exception cref="FirmwareException">A segment lies where the board has no memory, or the board can't start it.</exception>
    public static Machine Build(
        Board board, BoardOptions options, FirmwareImage firmware, string firmwareName, IOutputSink output)
    {
        var parts = board.Build(options, output);
        if (Load(parts, board, options, firmware) is { } expected)
        {
            foreach (var region in parts.Memory.Regions)
            {
                region.Dispose();
            }

            parts.Unicorn.Dispose();
            throw new FirmwareException(firmwareName, 0, expected);
        }

        return new Machine(parts);
    }

    /// <returns>What was expected of the firmware, if it is not what it should be.</returns>
    private static string? Load(MachineParts parts, Board board, BoardOptions options, FirmwareImage firmware)
    {
        foreach (var segment in firmware.Segments)
        {
            if (parts.Memory.Write(segment.Address, segment.Data.Span) != segment.Data.Length)
            {
                return $"segments in the memory of {board.Name}; {segment.Data.Length} bytes at 0x{segment.Address:x} are not";
            }
        }

        if (parts.Semihosting is { } semihosting)
        {
            semihosting.Heap = GuestHeap.Find(parts.Memory.Regions, firmware.Segments);
        }

        if (parts.Processor is not IKernelStarter starter)
        {
            return null;
        }

        var expected = starter.Start(firmware, options.CommandLine);
        foreach (var device in parts.Devices.Select(mapping => mapping.Device).OfType<ISetUpByFirmware>())
        {
            if (starter.StartsKernel)
            {
                device.SkipFirmware();
            }
        }

        return expected;
    }
}
