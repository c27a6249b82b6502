using Reprise.Emulation.Boards;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Machines;

public sealed class BitBandTests
{
    private const ulong Watched = 0x2000_0104;

    /// <summary>Positions of the two stores.</summary>
    private const ulong First = 3;
    private const ulong Second = 5;

    // Vectors at 0. At 0x100: movw r0, #0x208c; movt r0, #0x2200 (bit 3 of 0x20000104); movs r1, #1; str r1, [r0];
    // movs r1, #0; strb r1, [r0]; ldr r2, [r0]; b .
    private static readonly byte[] _code =
    [
        0x42, 0xf2, 0x8c, 0x00, 0xc2, 0xf2, 0x00, 0x20, 0x01, 0x21, 0x01, 0x60, 0x00, 0x21, 0x01, 0x70, 0x02, 0x68, 0xfe, 0xe7,
    ];

    [Test]
    public void Run_WatchedByte_StopsBeforeWritesThroughItsAlias()
    {
        using var machine = Build();
        machine.Engine.AddWatchpoint(Watched, 1, WatchKinds.Write);
        foreach (var (position, before) in new[] { (First, 0), (Second, 8) })
        {
            var stop = machine.Run(100);
            Assert.That((stop.Kind, machine.Position), Is.EqualTo((StopKind.Watchpoint, position)));
            Assert.That(stop.Watch.Address, Is.EqualTo(Watched));
            Assert.That(machine.Memory.BytesFrom(Watched)[0], Is.EqualTo(before));
        }

        Assert.That(machine.Run(100).Kind, Is.EqualTo(StopKind.LimitReached));
        Assert.That(machine.Memory.BytesFrom(Watched)[0], Is.Zero);
    }

    [TestCase(HitMode.Note)]
    [TestCase(HitMode.Scan)]
    public void Run_WithoutStopping_NotesTheLastWriteThroughTheAlias(HitMode mode)
    {
        using var machine = Build();
        machine.Engine.AddWatchpoint(Watched, 4, WatchKinds.Write);
        machine.Run(100, mode);
        Assert.That(machine.LastWatch?.Position, Is.EqualTo(Second));
    }

    [Test]
    public void Run_NeighbourOfTheByte_IsNoHit()
    {
        using var machine = Build();
        machine.Engine.AddWatchpoint(Watched + 1, 3, WatchKinds.Write);
        Assert.That(machine.Run(100).Kind, Is.EqualTo(StopKind.LimitReached));
    }

    private static Machine Build()
    {
        var machine = new Machine(
            SampleFirmware.Board.Build(new BoardOptions(SampleFirmware.NanosecondsPerInstruction), new TextOutput()));
        machine.Memory.Write(0, [0x00, 0x00, 0x01, 0x20, 0x01, 0x01, 0x00, 0x00]);
        machine.Memory.Write(0x100, _code);
        machine.Reset();
        return machine;
    }
}
