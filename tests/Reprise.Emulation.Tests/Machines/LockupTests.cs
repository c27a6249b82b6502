using System.Buffers.Binary;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>A fault in HardFault or NMI (B1.5.15), where QEMU gives up as a whole; on the cores with and without configurable faults.</summary>
public sealed class LockupTests
{
    private const uint HandlerAddress = 0x140;

    // ldr r0, =0xe000ed04; ldr r1, =0x80000000 (NMIPENDSET); nothing or str r1, [r0]; udf #0
    private static readonly byte[] _byFault = [0x00, 0xbf, 0x00, 0xde];
    private static readonly byte[] _byNmi = [0x02, 0x48, 0x03, 0x49, 0x01, 0x60, 0x00, 0xbf, 0x00, 0xbf, 0x00, 0xbf, 0x04, 0xed, 0x00, 0xe0, 0x00, 0x00, 0x00, 0x80];

    // udf #0
    private static readonly byte[] _undefined = [0x00, 0xde];

    // movs r0, #9; lsls r0, r0, #28; ldr r0, [r0]: nothing is at 0x90000000
    private static readonly byte[] _badRead = [0x09, 0x20, 0x00, 0x07, 0x00, 0x68];

    private static readonly string[] _boards = ["mps2-an385", "mps2-an386", "mps2-an500", "microbit"];

    [Test]
    public void Run_FaultInHandler_LocksUpThereUntilReset(
        [ValueSource(nameof(_boards))] string board, [Values] bool byNmi, [Values] bool badRead)
    {
        var handler = badRead ? _badRead : _undefined;
        using var straight = Build(board, byNmi ? _byNmi : _byFault, handler);
        using var stepped = Build(board, byNmi ? _byNmi : _byFault, handler);
        var stop = straight.Run(1_000);
        while (stepped.Run(stepped.Position + 1, HitMode.Ignore).Kind != StopKind.Halted)
        {
            Assert.That(stepped.Position, Is.LessThan(1_000));
        }

        Assert.Multiple(() =>
        {
            Assert.That(stop.Kind, Is.EqualTo(StopKind.Halted));
            Assert.That(straight.Processor.ProgramCounter, Is.EqualTo(HandlerAddress + (uint)handler.Length - 2));
            Assert.That(stepped.Position, Is.EqualTo(straight.Position));
            Assert.That(stepped.Processor.ProgramCounter, Is.EqualTo(straight.Processor.ProgramCounter));
        });

        straight.Reset();
        Assert.That(straight.Processor.Halted, Is.Null);
        Assert.That(straight.Run(straight.Position + 1_000).Kind, Is.EqualTo(StopKind.Halted), "it begins anew");
    }

    private static Machine Build(string board, byte[] code, byte[] handler)
    {
        var machine = new Machine(BoardCatalog.Find(board)!.Build(
            new BoardOptions(SampleFirmware.NanosecondsPerInstruction), new TextOutput()));
        Span<byte> vectors = stackalloc byte[16];
        foreach (var (i, word) in new uint[] { 0x2000_1000, 0x101, HandlerAddress | 1, HandlerAddress | 1 }.Index())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(vectors[(i * sizeof(uint))..], word);
        }

        machine.Memory.Write(0, vectors);
        machine.Memory.Write(0x100, code);
        machine.Memory.Write(HandlerAddress, handler);
        machine.Reset();
        return machine;
    }
}
