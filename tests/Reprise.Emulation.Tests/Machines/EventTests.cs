using System.Buffers.Binary;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Tests.Machines;

/// <summary>The event register, WFE and SEV (ARMv7-M manual, DDI 0403E, B1.5.18), with SysTick as what may wake.</summary>
public sealed class EventTests
{
    private const uint Code = 0x100;
    private const uint Handler = 0x80;
    private const ulong ShortRun = 64;
    private const uint SysTickTicks = 250;
    private const ulong Period = SysTickTicks * 40;

    private const ulong SysTickControl = 0xe000_e010;
    private const ulong SysTickLoad = 0xe000_e014;
    private const ulong SystemControl = 0xe000_ed10;

    private const ushort Nop = 0xbf00;
    private const ushort Wfe = 0xbf20;
    private const ushort Sev = 0xbf40;
    private const ushort IfEqual = 0xbf08;
    private const ushort MaskInterrupts = 0xb672;
    private const ushort AddOneToR4 = 0x3401;
    private const ushort Return = 0x4770;
    private const ushort BranchToItself = 0xe7fe;

    /// <summary>Virtual time is that of the instructions: nothing slept.</summary>
    [TestCase(new ushort[] { Sev, Wfe, BranchToItself }, false, TestName = "Wfe_AfterSev_GoesOn")]
    [TestCase(new ushort[] { Sev, Wfe, Wfe, BranchToItself }, true, TestName = "Wfe_Second_Sleeps")]
    [TestCase(new ushort[] { Sev, Sev, Wfe, Wfe, BranchToItself }, true, TestName = "Sev_Twice_IsOneEvent")]
    [TestCase(new ushort[] { Wfe, BranchToItself }, true, TestName = "Wfe_WithoutEvent_Sleeps")]
    [TestCase(new ushort[] { IfEqual, Sev, Wfe, BranchToItself }, false, TestName = "Sev_InItBlock_SendsEvent")]
    [TestCase(new ushort[] { 0x2801, IfEqual, Sev, Wfe, BranchToItself }, true, TestName = "Sev_SkippedByIt_SendsNone")]
    [TestCase(new ushort[] { IfEqual, Wfe, BranchToItself }, true, TestName = "Wfe_InItBlock_Sleeps")]
    [TestCase(new ushort[] { 0x2801, IfEqual, Wfe, BranchToItself }, false, TestName = "Wfe_SkippedByIt_GoesOn")]
    [TestCase(new ushort[] { 0xf3af, 0x8004, 0xf3af, 0x8002, BranchToItself }, false, TestName = "Wfe_WideAfterSev_GoesOn")]
    [TestCase(new ushort[] { 0xf3af, 0x8002, BranchToItself }, true, TestName = "Wfe_Wide_Sleeps")]
    public void Run_Program_SleepsAsTheEventRegisterSays(ushort[] program, bool sleeps)
    {
        using var machine = Start(program, enableInterrupt: true);
        machine.Run(ShortRun);
        Assert.That(machine.Position, Is.EqualTo(ShortRun));
        Assert.That(machine.Time > ShortRun * SampleFirmware.NanosecondsPerInstruction, Is.EqualTo(sleeps));
        Assert.That(Register(machine, 4), Is.EqualTo(sleeps ? 1 : 0), "handlers run");
    }

    /// <summary>Entry and return of the handler that woke it set the event register, so the next WFE takes that.</summary>
    [Test]
    public void Run_LoopOfWfe_SleepsAtEverySecond()
    {
        ushort[] program = [Wfe, 0x3101, 0xe7fc];
        using var machine = Start(program, enableInterrupt: true);
        machine.Run(1_000);
        Assert.That(Register(machine, 4), Is.EqualTo(Register(machine, 1) / 2).Within(1));
    }

    [Test]
    public void Run_WfeWithInterruptsMasked_SleepsOn()
    {
        using var machine = Start([MaskInterrupts, Wfe, BranchToItself], enableInterrupt: true);
        Assert.That(machine.Run(ShortRun).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That(machine.Position, Is.EqualTo(2));
    }

    [Test]
    public void Run_MaskedWithSendEventOnPend_WakesWithoutHandler()
    {
        ushort[] program = [MaskInterrupts, Wfe, BranchToItself];
        using var machine = Start(program, enableInterrupt: true, sleepControl: 1 << 4);
        Assert.That(machine.Run(ShortRun).Kind, Is.EqualTo(StopKind.LimitReached));
        Assert.That(machine.Time, Is.GreaterThan(Period));
        Assert.That(Register(machine, 4), Is.Zero);
    }

    /// <summary>A hooked address that holds other code later sends nothing.</summary>
    [Test]
    public void Run_SevOverwritten_SendsNone()
    {
        using var machine = Start([Sev, Wfe, Wfe, BranchToItself], enableInterrupt: false);
        machine.Run(2);
        machine.Poke(Code, [0x00, 0xbf]);
        machine.Reset();
        Assert.That(machine.Run(ShortRun).Kind, Is.EqualTo(StopKind.Sleeping));
        Assert.That(machine.Processor.ProgramCounter, Is.EqualTo(Code + 4));
    }

    /// <summary>Asleep in WFE, and with an event kept: both are state.</summary>
    [Test]
    public void Restore_AtEveryPosition_GoesOnAsBefore()
    {
        ushort[] program = [Nop, Sev, Nop, Wfe, 0x3101, Wfe, 0xe7f8];
        using var straight = Start(program, enableInterrupt: true);
        straight.Run(ShortRun);
        for (var position = 0ul; position < ShortRun; position++)
        {
            using var first = Start(program, enableInterrupt: true);
            first.Run(position);
            var writer = new StateWriter();
            first.Save(writer);
            using var second = Start(program, enableInterrupt: true);
            for (var page = 0; page < first.Memory.PageCount; page++)
            {
                first.Memory.Page(page).CopyTo(second.Memory.Page(page));
            }

            var reader = new StateReader(writer.Written);
            second.Restore(ref reader);
            second.Run(ShortRun);
            Assert.That(StateOf(second), Is.EqualTo(StateOf(straight)), $"position {position}");
        }
    }

    private static Machine Start(ReadOnlySpan<ushort> program, bool enableInterrupt, uint sleepControl = 0)
    {
        var machine = new Machine(
            SampleFirmware.Board.Build(new BoardOptions(SampleFirmware.NanosecondsPerInstruction), new TextOutput()));
        Poke(machine, 0, 0x2000_1000);
        Poke(machine, sizeof(uint), Code | 1);
        Poke(machine, 15 * sizeof(uint), Handler | 1);
        Poke(machine, Handler, AddOneToR4 | ((uint)Return << 16));
        for (var i = 0; i < program.Length; i++)
        {
            Poke(machine, Code + (uint)(sizeof(ushort) * i), program[i]);
        }

        machine.Reset();
        var bus = (IDeviceBus)machine;
        bus.Write(SysTickLoad, SysTickTicks - 1, sizeof(uint), 0);
        bus.Write(SysTickControl, enableInterrupt ? 7u : 0, sizeof(uint), 0);
        bus.Write(SystemControl, sleepControl, sizeof(uint), 0);
        return machine;
    }

    private static void Poke(Machine machine, uint address, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        machine.Poke(address, bytes);
    }

    private static uint Register(Machine machine, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        machine.Processor.ReadRegister(number, bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private static byte[] StateOf(Machine machine)
    {
        var writer = new StateWriter();
        machine.Save(writer);
        return writer.Written.ToArray();
    }
}
