using System.Globalization;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>Where Unicorn's buffer of translated code is, before anything was translated.</summary>
[Platform("Linux")]
public sealed unsafe class TranslatedCodeTests
{
    [TestCase("arm")]
    [TestCase("x86")]
    public void New_OfAnEngine_KnowsTheWholeBuffer(string target)
    {
        using var memory = new RamRegion("scratch", 0, RamRegion.Alignment);
        using var unicorn = target == "arm" ? UnicornEngine.OpenPlainCortexM(CortexMCore.M3) : UnicornEngine.OpenX86(X86Core.Qemu32);
        unicorn.Map(0, (nuint)memory.Size, PagePermissions.All, memory.Pointer);

        CounterState state = default;
        var code = new TranslatedCode(new TlbTables(&state, 4096), new CpuInternals(unicorn).Translator);

        Assert.That(Writable(), Does.Contain(((long)code.Start, (long)code.End)));
        Assert.That((long)(code.End - code.Start), Is.GreaterThan(1 << 26));
        Assert.That(code.Contains(code.Start + 64));
        Assert.That(code.Contains(code.Start - 64), Is.False);
        Assert.That(code.Contains(code.End), Is.False);
    }

    private static List<(long, long)> Writable() =>
    [
        .. File.ReadLines("/proc/self/maps").Select(line => line.Split(' ', '-'))
            .Where(fields => fields[2].StartsWith("rwx", StringComparison.Ordinal))
            .Select(fields => (Hex(fields[0]), Hex(fields[1]))),
    ];

    private static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
