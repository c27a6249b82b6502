using System.Runtime.InteropServices;
using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Tests.Execution;

public sealed class AccessTests
{
    // Assembled from device.s beside this file: device reads and writes, some in IT blocks, and a double-word store.
    private static readonly byte[] _program =
    [
        0x4f, 0xf0, 0x80, 0x40, 0x01, 0x32, 0x03, 0x68, 0xdc, 0x07, 0x4c, 0xbf, 0x42, 0x60, 0x85, 0x68, 0x76, 0x19,
        0x1c, 0xbf, 0xc7, 0x68, 0xf6, 0x19, 0xc0, 0xe9, 0x04, 0x26, 0x4e, 0x60, 0xd1, 0xf8, 0x04, 0x80, 0xc1, 0x44,
        0xee, 0xe7,
    ];

    // Assembled from polling.s: loops that do nothing but access devices, of which the TLB keeps pages, and between them
    // accesses for which it must not: in an IT block, and an LDRD into its own base.
    private static readonly byte[] _polling =
    [
        0x4f, 0xf0, 0x80, 0x40, 0x14, 0x22, 0x03, 0x68, 0x44, 0x79, 0xf6, 0x18, 0x36, 0x19, 0x46, 0x60, 0xd0, 0xe9,
        0x04, 0x89, 0x46, 0x44, 0xd0, 0xf8, 0xfe, 0xa3, 0x56, 0x44, 0x90, 0xe8, 0x38, 0x00, 0x26, 0x44, 0x4e, 0x60,
        0x01, 0x3a, 0xee, 0xd1, 0xf4, 0x07, 0x4c, 0xbf, 0x46, 0x60, 0x85, 0x68, 0xff, 0xe7, 0x82, 0x46, 0xda, 0xe9,
        0x06, 0xab, 0x56, 0x44, 0xe3, 0xe7,
    ];

    private static readonly TestCaseData[] _programs =
    [
        new(_program) { TestName = "{m}(device.s)" }, new(_polling) { TestName = "{m}(polling.s)" },
    ];

    private const ulong End = 20_000;

    [TestCaseSource(nameof(_programs))]
    public void RunTo_EveryAccessEndsTheRun_LogAndStateAreTheSteppedOnes(byte[] program)
    {
        var stepped = Run(program, step: true, limitBehindAccess: _ => false);
        Assert.That(stepped.Log, Has.Count.GreaterThan(3_000));
        Assert.Multiple(() =>
        {
            Assert.That(Run(program, step: false, limitBehindAccess: _ => false), Is.EqualTo(stepped).Using(new Comparer()));
            Assert.That(Run(program, step: false, limitBehindAccess: _ => true), Is.EqualTo(stepped).Using(new Comparer()));
            Assert.That(
                Run(program, step: false, limitBehindAccess: position => position % 7 < 2),
                Is.EqualTo(stepped).Using(new Comparer()));
        });
    }

    [Test]
    public void RunTo_WatchedWord_StopsBeforeEveryAccessAndChangesNothing()
    {
        using var plain = new EngineFixture(_program, new LoggingBus());
        plain.Engine.RunTo(End);
        using var watched = new EngineFixture(_program, new LoggingBus());
        watched.Engine.AddWatchpoint(EngineFixture.DataAddress + 0x104, 4, WatchKinds.Access);
        var hits = new List<(ulong Position, WatchKinds Kind, uint Pc)>();
        EngineExit exit;
        while ((exit = watched.Engine.RunTo(End)).Kind == ExitKind.Watchpoint)
        {
            Assert.That(exit.Watch.Address, Is.EqualTo(EngineFixture.DataAddress + 0x104));
            hits.Add((watched.Engine.Position, exit.Watch.Kind, watched.Pc));
        }

        Assert.Multiple(() =>
        {
            Assert.That(exit.Kind, Is.EqualTo(ExitKind.LimitReached));
            Assert.That(watched.State(), Is.EqualTo(plain.State()));
            Assert.That(hits[0], Is.EqualTo((12ul, WatchKinds.Write, 0x11cu)));
            Assert.That(hits[1], Is.EqualTo((13ul, WatchKinds.Read, 0x11eu)));
            Assert.That(hits, Has.Count.EqualTo(2 * ((int)(End - 1) / 15)).Within(2));
        });

        using var noted = new EngineFixture(_program, new LoggingBus());
        noted.Engine.AddWatchpoint(EngineFixture.DataAddress + 0x106, 1, WatchKinds.Write);
        Assert.That(noted.Engine.RunTo(End, HitMode.Note).Kind, Is.EqualTo(ExitKind.LimitReached));
        Assert.Multiple(() =>
        {
            Assert.That(noted.State(), Is.EqualTo(plain.State()));
            Assert.That(noted.Engine.LastWatch?.Position, Is.EqualTo(hits.Last(hit => hit.Kind == WatchKinds.Write).Position));
            Assert.That(noted.Engine.LastWatch?.Address, Is.EqualTo(EngineFixture.DataAddress + 0x106));
        });
    }

    [Test]
    public void RunTo_NothingAnswers_FaultNamesTheAddressAndCounts()
    {
        using var fixture = new EngineFixture(_program, new EmptyBus());
        var exit = fixture.Engine.RunTo(End);
        Assert.Multiple(() =>
        {
            Assert.That(exit.Kind, Is.EqualTo(ExitKind.MemoryFault));
            Assert.That(exit.Address, Is.EqualTo(0x4000_0000));
            Assert.That(fixture.Engine.Position, Is.EqualTo(3));
            Assert.That(fixture.Pc, Is.EqualTo(0x106));
        });
    }

    private static bool IsTunable =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static (string State, List<string> Log) Run(byte[] program, bool step, Predicate<ulong> limitBehindAccess)
    {
        EngineFixture? fixture = null;
        var bus = new LoggingBus(position =>
        {
            if (limitBehindAccess(position))
            {
                fixture!.Engine.LimitTo(position + 1);
            }
        });
        using (fixture = new EngineFixture(program, bus))
        {
            while (fixture.Engine.Position < End)
            {
                var exit = fixture.Engine.RunTo(step ? fixture.Engine.Position + 1 : End);
                Assert.That(exit.Kind, Is.EqualTo(ExitKind.LimitReached));
            }

            if (IsTunable && program == _polling)
            {
                Assert.That(fixture.Engine.KeepsPages, "speed is lost without a word");
            }

            return (fixture.State(), bus.Log);
        }
    }

    private sealed class Comparer : IEqualityComparer<(string State, List<string> Log)>
    {
        public bool Equals((string State, List<string> Log) x, (string State, List<string> Log) y) =>
            x.State == y.State && x.Log.SequenceEqual(y.Log);

        public int GetHashCode((string State, List<string> Log) value) => value.State.GetHashCode(StringComparison.Ordinal);
    }
}
