using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Tests.Semihosting;

public sealed class SemihostingCallsTests
{
    private const uint Failure = uint.MaxValue;
    private const uint ApplicationExit = 0x20026;
    private const int HardFault = 3;
    private const int Xpsr = 16;
    private const int ProgramCounter = 15;

    [Test]
    public void Call_Disabled_IsHardFault()
    {
        using var rig = new SemihostingRig(enabled: false);
        rig.CallWith(SemihostingOperation.WriteString, rig.Put("text"));
        Assert.That(rig.Register(Xpsr) & 0x1ff, Is.EqualTo(HardFault));
        Assert.That(rig.Text, Is.Empty);
    }

    [Test]
    public void Call_OtherBreakpoint_IsHardFault()
    {
        using var rig = new SemihostingRig(program: [0xbeaa, 0xe7fe]);
        rig.CallWith(SemihostingOperation.WriteString, rig.Put("text"));
        Assert.That(rig.Register(Xpsr) & 0x1ff, Is.EqualTo(HardFault));
    }

    [Test]
    public void Call_Console_WritesAndCountsOneInstruction()
    {
        using var rig = new SemihostingRig();
        rig.CallWith(SemihostingOperation.WriteString, rig.Put("ab"));
        Assert.That(rig.Machine.Position, Is.EqualTo(1));
        Assert.That(rig.Register(ProgramCounter), Is.EqualTo(SemihostingRig.Code + 2));
        rig.CallWith(SemihostingOperation.WriteCharacter, SemihostingRig.Buffer + 1);
        rig.Call(SemihostingOperation.Write, 2, SemihostingRig.Buffer, 2);
        Assert.That(rig.Result, Is.Zero);
        rig.Call(SemihostingOperation.Write, 3, SemihostingRig.Buffer, 1);
        Assert.That(rig.Text, Is.EqualTo("abbab[a]"));
    }

    [Test]
    public void Call_InsideItBlock_AdvancesIt()
    {
        // cmp r0, r0; ite eq; bkpteq 0xab; movne r2, #1; b .
        using var rig = new SemihostingRig(program: [0x4280, 0xbf0c, 0xbeab, 0x2201, 0xe7fe]);
        rig.CallWith(SemihostingOperation.TickFrequency, 0);
        rig.Machine.Run(5);
        Assert.That(rig.Result, Is.EqualTo(1_000_000_000));
        Assert.That(rig.Register(2), Is.Zero);
    }

    [TestCase(0u, 1u)]
    [TestCase(3u, 1u)]
    [TestCase(4u, 2u)]
    [TestCase(7u, 2u)]
    [TestCase(8u, 3u)]
    [TestCase(11u, 3u)]
    [TestCase(12u, Failure)]
    public void Open_Console_HandleByMode(uint mode, uint handle)
    {
        using var rig = new SemihostingRig();
        Assert.That(rig.Open(":tt", mode).Kind, Is.EqualTo(StopKind.LimitReached));
        Assert.That(rig.Result, Is.EqualTo(handle));
    }

    [Test]
    public void Open_Features_ReadsMagicAndBits()
    {
        using var rig = new SemihostingRig();
        rig.Open(":semihosting-features", 1);
        var handle = rig.Result;
        rig.Call(SemihostingOperation.FileLength, handle);
        Assert.That(rig.Result, Is.EqualTo(5));
        rig.Call(SemihostingOperation.Read, handle, SemihostingRig.Buffer, 8);
        Assert.That(rig.Result, Is.EqualTo(3));
        Assert.That(rig.Memory(SemihostingRig.Buffer, 5), Is.EqualTo("SHFB\x03"));
        rig.Call(SemihostingOperation.Seek, handle, 4);
        rig.Call(SemihostingOperation.Read, handle, SemihostingRig.Buffer, 1);
        Assert.That(rig.Result, Is.Zero);
        Assert.That(rig.Memory(SemihostingRig.Buffer, 1), Is.EqualTo("\x03"));
        rig.Call(SemihostingOperation.Close, handle);
        rig.Call(SemihostingOperation.FileLength, handle);
        Assert.That(rig.Result, Is.EqualTo(Failure));
    }

    [Test]
    public void GetCommandLine_FitsOrFails()
    {
        using var rig = new SemihostingRig(commandLine: "fw.elf -v");
        rig.Call(SemihostingOperation.GetCommandLine, SemihostingRig.Buffer, 10);
        Assert.That(rig.Result, Is.Zero);
        Assert.That(rig.Memory(SemihostingRig.Buffer, 10), Is.EqualTo("fw.elf -v\0"));
        Assert.That(rig.Memory(SemihostingRig.Block + 4, 4), Is.EqualTo("\x09\0\0\0"));
        rig.Call(SemihostingOperation.GetCommandLine, SemihostingRig.Buffer, 9);
        Assert.That(rig.Result, Is.EqualTo(Failure));
    }

    [Test]
    public void Clock_IsVirtualTime()
    {
        using var rig = new SemihostingRig(program: [0xbeab, 0xe7fe]);
        rig.Machine.Run(5_000_000);
        rig.CallWith(SemihostingOperation.Clock, 0);
        Assert.That(rig.Result, Is.EqualTo(4), "5,000,001 instructions of 8 ns, in centiseconds");
        rig.Call(SemihostingOperation.Elapsed, 0, 0);
        var bytes = new byte[8];
        rig.Machine.Peek(SemihostingRig.Block, bytes);
        Assert.That(BitConverter.ToUInt64(bytes), Is.EqualTo(rig.Machine.Time));
    }

    [TestCase(ApplicationExit, 0)]
    [TestCase(0x20023u, 1)]
    public void Exit_Reason_IsCode(uint reason, int code)
    {
        using var rig = new SemihostingRig();
        rig.CallWith(SemihostingOperation.Exit, reason);
        var position = rig.Machine.Position;
        for (var i = 0; i < 2; i++)
        {
            var stop = rig.Machine.Run(100);
            Assert.That((stop.Kind, stop.ExitCode), Is.EqualTo((StopKind.Exited, code)));
            Assert.That(rig.Machine.Position, Is.EqualTo(position));
        }
    }

    [Test]
    public void ExitExtended_SavedAndRestored_StillExited()
    {
        using var rig = new SemihostingRig();
        rig.Call(SemihostingOperation.ExitExtended, ApplicationExit, 7);
        var writer = new StateWriter();
        rig.Machine.Save(writer);
        using var other = new SemihostingRig();
        var reader = new StateReader(writer.Written);
        other.Machine.Restore(ref reader);
        Assert.That(other.Machine.Run(100), Is.EqualTo(new StopReason(StopKind.Exited, ExitCode: 7)));
    }

    [Test]
    public void HostCall_WaitsForReply_AlsoWhenRestored()
    {
        using var rig = new SemihostingRig();
        Assert.That(rig.Open("file", 4).Kind, Is.EqualTo(StopKind.HostCall));
        Assert.That(rig.Machine.Run(100).Kind, Is.EqualTo(StopKind.HostCall));
        Assert.That(rig.Machine.Position, Is.EqualTo(1));
        var writer = new StateWriter();
        rig.Machine.Save(writer);
        using var other = new SemihostingRig();
        var reader = new StateReader(writer.Written);
        other.Machine.Restore(ref reader);
        Assert.That(reader.AtEnd);
        var request = other.Machine.PendingRequest!;
        Assert.That((request.Operation, request.Name, request.Value), Is.EqualTo((SemihostingOperation.Open, "file", 4u)));
        other.Machine.Reply(HostReply.Failed(HostError.NoEntry));
        Assert.That(other.Machine.Run(100).Kind, Is.EqualTo(StopKind.LimitReached));
        Assert.That(other.Result, Is.EqualTo(Failure));
        other.CallWith(SemihostingOperation.ErrorNumber, 0);
        Assert.That(other.Result, Is.EqualTo((uint)HostError.NoEntry));
    }

    [Test]
    public void Reply_MoreBytesThanAskedFor_AreCut()
    {
        using var rig = new SemihostingRig();
        rig.Put("0123456789");
        rig.Call(SemihostingOperation.Read, SemihostingCalls.FirstFileHandle, SemihostingRig.Buffer, 4);
        rig.Machine.Reply(HostReply.Success(0) with { Data = "abcdefgh"u8.ToArray() });
        Assert.That(rig.Memory(SemihostingRig.Buffer, 10), Is.EqualTo("abcd456789"));
        rig.Machine.Reply(HostReply.Success(99));
        Assert.That(rig.Result, Is.Zero, "a reply that nobody waits for");
    }

    [Test]
    public void Call_UnmappedBlock_Fails([Values] SemihostingOperation operation)
    {
        using var rig = new SemihostingRig();
        rig.CallWith(operation, SemihostingRig.Nowhere);
        rig.Machine.Reply(HostReply.Failed(HostError.NotImplemented));
        rig.Machine.Run(10);
        if (operation is not (SemihostingOperation.Clock or SemihostingOperation.TickFrequency
            or SemihostingOperation.ErrorNumber or SemihostingOperation.Exit))
        {
            Assert.That(rig.Result, Is.EqualTo(Failure));
        }
    }

    [TestCase(SemihostingRig.Nowhere, 1u)]
    [TestCase(SemihostingRig.Buffer, uint.MaxValue)]
    [TestCase(0x207f_ffffu, 2u)]
    [TestCase(uint.MaxValue, uint.MaxValue)]
    public void Call_HostileBuffer_FailsWithoutHost(uint buffer, uint length)
    {
        using var rig = new SemihostingRig();
        (SemihostingOperation, uint[])[] calls =
        [
            (SemihostingOperation.Write, [2, buffer, length]),
            (SemihostingOperation.Write, [5, buffer, length]),
            (SemihostingOperation.Read, [1, buffer, length]),
            (SemihostingOperation.Read, [5, buffer, length]),
            (SemihostingOperation.Open, [buffer, 0, length]),
            (SemihostingOperation.Remove, [buffer, length]),
            (SemihostingOperation.Rename, [buffer, length, buffer, length]),
            (SemihostingOperation.Rename, [SemihostingRig.Block, 1, buffer, length]),
        ];
        foreach (var (operation, words) in calls)
        {
            Assert.That(rig.Call(operation, words).Kind, Is.EqualTo(StopKind.LimitReached), $"{operation}");
            Assert.That(rig.Result, Is.EqualTo(Failure), $"{operation}");
        }

        Assert.That(rig.Text, Is.Empty);
    }

    [Test]
    public void WriteString_Unterminated_Fails()
    {
        using var rig = new SemihostingRig();
        rig.Machine.Poke(SemihostingRig.Buffer, Enumerable.Repeat((byte)'x', 1 << 16).ToArray());
        rig.CallWith(SemihostingOperation.WriteString, SemihostingRig.Buffer);
        Assert.That(rig.Result, Is.EqualTo(Failure));
        Assert.That(rig.Text, Is.Empty);
        rig.CallWith(SemihostingOperation.WriteString, SemihostingRig.Buffer + 1);
        Assert.That(rig.Text, Has.Length.EqualTo((1 << 16) - 1));
    }

    [Test]
    public void Call_UnknownOperation_Fails([Values(0u, 0x0bu, 0x17u, 0x32u, 0x106u, uint.MaxValue)] uint operation)
    {
        using var rig = new SemihostingRig();
        rig.CallWith((SemihostingOperation)0, 0);
        rig.Machine.Processor.WriteRegister(15, BitConverter.GetBytes(SemihostingRig.Code));
        rig.Machine.Processor.WriteRegister(0, BitConverter.GetBytes(operation));
        Assert.That(rig.Machine.Run(2).Kind, Is.EqualTo(StopKind.LimitReached));
        Assert.That(rig.Result, Is.EqualTo(Failure));
    }
}
