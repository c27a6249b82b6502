using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>A sample of the repository, loaded and reset on the board that it is made for.</summary>
internal static class SampleFirmware
{
    public const ulong NanosecondsPerInstruction = 8;

    public static string Folder
    {
        get
        {
            var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Reprise.slnx")))
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException("no Reprise.slnx above the tests");
            }

            return Path.Combine(folder.FullName, "samples");
        }
    }

    public static Board Board { get; } = BoardCatalog.Find("mps2-an385")!;

    public static string ElfPath(string sample) => Path.Combine(Folder, sample, sample + ".elf");

    public static FirmwareImage Load(string sample) => FirmwareLoader.Load(ElfPath(sample), null);

    public static Machine Start(FirmwareImage image, IOutputSink output)
    {
        var machine = new Machine(Board.Build(new BoardOptions(NanosecondsPerInstruction), output));
        foreach (var segment in image.Segments)
        {
            machine.Memory.Write(segment.Address, segment.Data.Span);
        }

        machine.Reset();
        return machine;
    }
}
