using System.Buffers.Binary;
using Reprise.Emulation.Firmware;

namespace Reprise.Emulation.Tests.Firmware;

/// <summary>The prebuilt sample firmware, as the real linker writes it.</summary>
public sealed class SampleElfTests
{
    private static string SamplesFolder
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

    private static IEnumerable<string> Samples =>
        Directory.EnumerateFiles(SamplesFolder, "*.elf", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(SamplesFolder, path))
            .Where(path => path.Split(Path.DirectorySeparatorChar)[0] is not ("bootsector" or "x86" or "x86_64")).Order();

    [TestCaseSource(nameof(Samples))]
    public void Load_Sample_HasVectorsAndNames(string path)
    {
        var image = FirmwareLoader.Load(Path.Combine(SamplesFolder, path), null);
        Assert.That(image.Machine, Is.EqualTo(FirmwareMachine.Arm));
        var vectors = image.Segments[0];
        var isStm32 = path.Contains("netduino", StringComparison.Ordinal) || path.Contains("stm32", StringComparison.Ordinal);
        Assert.That(vectors.Address, Is.EqualTo(isStm32 ? 0x800_0000 : 0));
        var usesNewlib = Path.GetFileName(path) == "semihosting.elf";
        var stack = BinaryPrimitives.ReadUInt32LittleEndian(vectors.Data.Span);
        Assert.That(stack, Is.EqualTo(image.Symbols.Where(s => s.Name == "initial_stack").Select(s => s.Address)
            .SingleOrDefault(0x40_0000ul)));
        var reset = BinaryPrimitives.ReadUInt32LittleEndian(vectors.Data.Span[4..]);
        Assert.That(image.EntryPoint, Is.EqualTo(reset & ~1u));
        var start = image.Symbols.Single(s => s.Name == (usesNewlib ? "_start" : "reset_handler"));
        Assert.That(start.Address, Is.EqualTo(reset & ~1u));
        Assert.That(image.Symbols.Single(s => s.Name == "main").IsFunction, Is.True);
        Assert.That(image.Symbols.Select(s => s.Name), Has.None.StartsWith("$"));
    }

    [Test]
    public void Load_MultibootKernel_HasItsHeaderAndEntry()
    {
        var image = FirmwareLoader.Load(Path.Combine(SamplesFolder, "x86", "stacks", "stacks.elf"), null);
        Assert.That(image.Machine, Is.EqualTo(FirmwareMachine.I386));
        Assert.That(image.Multiboot, Is.EqualTo(new MultibootHeader(3, image.Multiboot!.Offset, 0, 0, 0, 0, 0)));
        Assert.That(image.EntryPoint, Is.EqualTo(image.Symbols.Single(s => s.Name == "_start").Address));
    }

    [Test]
    public void Load_Overrun_KnowsWhereItHalts()
    {
        var image = FirmwareLoader.Load(Path.Combine(SamplesFolder, "overrun", "overrun.elf"), null);
        Assert.That(image.Symbols.Select(s => s.Name), Does.Contain("fault_halt"));
    }
}
