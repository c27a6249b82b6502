using CsCheck;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>Pages of memory that an MPU has different rights for, as the guard of a stack makes.</summary>
[TestFixture]
public sealed class GuardedPageTests
{
    private const uint PageSize = EngineFixture.PageSize;
    private const uint BehindFault = EngineFixture.CodeAddress + 0x32;

    /// <summary>
    /// A loop that reads and writes guarded pages, in IT blocks too, and with each 64th pass writes into a guard in one.
    /// loop: adds r0, #1; subs r2, r0, #1; lsls r2, r2, #2; tst r0, #1; ite ne; strne r0, [r1]; ldreq r3, [r1];
    /// adds r4, r4, r3; push {r0, r3, r4}; pop {r5, r6, r7}; ands r6, r0, #63; cmp r6, #63; beq deny; b loop;
    /// deny: r5 = r1 - 0xf0; cmp r6, #63; itt eq; addeq r4, #3; streq r4, [r5]; str r5, [r1, #-4]; b loop.
    /// </summary>
    private static readonly byte[] _program =
    [
        0x01, 0x30, 0x42, 0x1e, 0x92, 0x00, 0x10, 0xf0, 0x01, 0x0f, 0x14, 0xbf, 0x08, 0x60, 0x0b, 0x68, 0xe4, 0x18,
        0x19, 0xb4, 0xe0, 0xbc, 0x10, 0xf0, 0x3f, 0x06, 0x3f, 0x2e, 0x00, 0xd0, 0xef, 0xe7, 0x4f, 0xf6, 0x10, 0x75,
        0xcf, 0xf6, 0xff, 0x75, 0x4d, 0x19, 0x3f, 0x2e, 0x04, 0xbf, 0x03, 0x34, 0x2c, 0x60, 0x41, 0xf8, 0x04, 0x5c,
        0xe3, 0xe7,
    ];

    [Test]
    public void RunTo_GuardedPages_KeptOrNotAndAnyChoppingAreTheSame()
    {
        const ulong End = 30_000;
        var expected = Run(End, tunes: false, () => End);
        Assert.That(expected.Faults, Has.Count.GreaterThan(20));
        Assert.That(Run(End, tunes: true, () => End), Is.EqualTo(expected).Using(_comparer));
        Gen.Int[1, 400].Array[20, 60].Sample(
            steps =>
            {
                var next = 0;
                var chopped = Run(End, tunes: true, () => (ulong)steps[next++ % steps.Length]);
                Assert.That(chopped, Is.EqualTo(expected).Using(_comparer));
            },
            iter: 15, threads: 1);
    }

    [TestCase(0u, 0x400u)]
    [TestCase(8u, 0x100u)]
    public void RunTo_DoubleLoadIntoItsBaseEntersAGuard_FaultsWithTheBaseAsItWas(uint part, uint guard)
    {
        // ldr r3, [r1, #-16]; str r1, [r1, #-12]; ldrd r1, r2, [r1, #-4]
        using var fixture = new EngineFixture(
            [0x51, 0xf8, 0x10, 0x3c, 0x41, 0xf8, 0x0c, 0x1c, 0x51, 0xe9, 0x01, 0x12], protection: new Guards(part));
        fixture.SetRegister(1, EngineFixture.DataAddress + guard);
        var exit = fixture.Engine.RunTo(10);
        Assert.Multiple(() =>
        {
            Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.MemoryFault, EngineFixture.DataAddress + guard, MemoryAccess.Read)));
            Assert.That(fixture.Register(1), Is.EqualTo(EngineFixture.DataAddress + guard));
            Assert.That(fixture.Engine.Position, Is.EqualTo(3));
            Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + 8));
        });
    }

    [Test]
    public void RunTo_GuardMoves_OnlyWhatItLeftIsAllowed()
    {
        // str r0, [r1]; str r0, [r2]; b .-4
        var guards = new Guards(8);
        using var fixture = new EngineFixture([0x08, 0x60, 0x10, 0x60, 0xfc, 0xe7], protection: guards);
        fixture.SetRegister(1, EngineFixture.DataAddress + 0x80);
        fixture.SetRegister(2, EngineFixture.DataAddress + 0x40);
        Assert.That(fixture.Engine.RunTo(100).Kind, Is.EqualTo(ExitKind.LimitReached));
        guards.Part = 2;
        Assert.That(fixture.Engine.RunTo(200), Is.EqualTo(
            new EngineExit(ExitKind.MemoryFault, EngineFixture.DataAddress + 0x40, MemoryAccess.Write)));
        guards.Part = 4;
        Assert.That(fixture.Engine.RunTo(200), Is.EqualTo(
            new EngineExit(ExitKind.MemoryFault, EngineFixture.DataAddress + 0x80, MemoryAccess.Write)));
    }

    private static readonly Comparer _comparer = new();

    private static (string State, List<string> Faults) Run(ulong end, bool tunes, Func<ulong> next)
    {
        using var fixture = new EngineFixture(_program, protection: new Guards(0));
        fixture.Engine.TunesTranslations = tunes;
        var faults = new List<string>();
        while (fixture.Engine.Position < end)
        {
            if (fixture.Engine.RunTo(Math.Min(end, fixture.Engine.Position + next())).Kind == ExitKind.MemoryFault)
            {
                faults.Add(fixture.State());
                fixture.SetPc(BehindFault);
            }
        }

        Assert.That(fixture.Engine.KeepsPages, Is.EqualTo(tunes && ExecutableMemory.IsSupported));
        return (fixture.State(), faults);
    }

    private sealed class Comparer : IEqualityComparer<(string State, List<string> Faults)>
    {
        public bool Equals((string State, List<string> Faults) x, (string State, List<string> Faults) y) =>
            x.State == y.State && x.Faults.SequenceEqual(y.Faults);

        public int GetHashCode((string State, List<string> Faults) value) => value.State.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary>An MPU that denies one part of 32 bytes of each page of data.</summary>
    private sealed class Guards(uint part) : IMemoryProtection
    {
        private bool _changed;

        public uint Part
        {
            get => part;
            set => (part, _changed) = (value, true);
        }

        public bool IsActive => true;

        public IReadOnlyList<(uint First, uint Last)> TakeChanges()
        {
            (uint, uint)[] changes = _changed ? [(EngineFixture.DataAddress, EngineFixture.DataAddress + PageSize - 1)] : [];
            _changed = false;
            return changes;
        }

        public PagePermissions? RightsOf(ulong page) => page < EngineFixture.DataAddress ? PagePermissions.All : null;

        public (uint Readable, uint Writable) PartsOf(ulong page) => (~(1u << (int)part), ~(1u << (int)part));

        public bool Allows(ulong address, int size, MemoryAccess access, ulong instruction) =>
            address < EngineFixture.DataAddress || address % PageSize / 32 != part;
    }
}
