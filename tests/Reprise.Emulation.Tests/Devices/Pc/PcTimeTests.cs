using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Pc;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>What a PC's timers and clock do while time passes.</summary>
public sealed class PcTimeTests
{
    private const ulong Second = 1_000_000_000;

    private readonly List<ulong> _rises = [];
    private VirtualClock _clock = null!;
    private InterruptLine _line = null!;
    private int _nmis;

    [SetUp]
    public void Start()
    {
        _clock = new VirtualClock();
        _rises.Clear();
        _nmis = 0;
        _line = new InterruptLine(0, (_, level) =>
        {
            if (level)
            {
                _rises.Add(_clock.Now);
            }
        });
    }

    [TestCase(0x34)]
    [TestCase(0x36)]
    public void Pit_PeriodicModes_RiseEachCount(int control)
    {
        var pit = Pit(control, 1193);
        _rises.Clear();
        Advance(Second / 10);

        // 119,318.2 ticks are 100 whole counts of 1193.
        Assert.That(_rises, Has.Count.EqualTo(100));
        Assert.That(_rises[99] - _rises[0], Is.EqualTo(99 * 1193 * Second / 1_193_182).Within(1));
        Assert.That(pit.Peek(3, 1), Is.Zero);
    }

    [Test]
    public void Pit_InterruptOnTerminalCount_RisesOnceAndCountsOn()
    {
        var pit = Pit(0x30, 1000);
        Assert.That(_line.Level, Is.False);
        Advance(Second / 1000);
        Assert.That(_rises, Has.Count.EqualTo(1));
        Assert.That(_rises[0], Is.EqualTo(1000 * Second / 1_193_182).Within(1));
        pit.Write(3, 0x00, 1);
        var count = pit.Read(0, 1) | (pit.Read(0, 1) << 8);
        Assert.That(count, Is.EqualTo((1000 - 1193) & 0xFFFF));
        Advance(Second);
        Assert.That(_rises, Has.Count.EqualTo(1));
    }

    [Test]
    public void Pit_LatchedCount_StaysWhileTimePasses()
    {
        var pit = Pit(0x34, 10_000);
        Advance(1_000_000);
        pit.Write(3, 0x00, 1);
        Advance(1_000_000);
        Assert.That(pit.Read(0, 1) | (pit.Read(0, 1) << 8), Is.EqualTo(10_000 - 1193));
    }

    [Test]
    public void Pit_ReadBack_GivesStatusThenCount()
    {
        var pit = Pit(0x34, 10_000);
        Advance(1_000_000);
        pit.Write(3, 0xC2, 1);
        Assert.That(pit.Read(0, 1), Is.EqualTo(0xB4));
        Assert.That(pit.Read(0, 1) | (pit.Read(0, 1) << 8), Is.EqualTo(10_000 - 1193));
    }

    [Test]
    public void Pit_SpeakerGate_LetsCounter2CountToItsEnd()
    {
        var pit = Pit(0xB0, 0);
        pit.Write(2, 100, 1);
        pit.Write(2, 0, 1);
        Advance(Second);
        Assert.That(pit.Read(4, 1) & 0x20, Is.Zero);
        pit.Write(4, 1, 1);
        Advance(80_000);
        Assert.That(pit.Read(4, 1) & 0x21, Is.EqualTo(1));
        Advance(5_000);
        Assert.That(pit.Read(4, 1) & 0x21, Is.EqualTo(0x21));
    }

    [Test]
    public void Rtc_Time_GoesOnOverTheEndOfAYear()
    {
        var rtc = Rtc(new DateTime(2027, 12, 31, 23, 59, 58));
        Advance(2 * Second);
        Assert.That(
            new[] { 0x32, 9, 8, 7, 6, 4, 2, 0 }.Select(index => ReadRtc(rtc, index)),
            Is.EqualTo(new[] { 0x20, 0x28, 0x01, 0x01, 7, 0, 0, 0 }));
    }

    [Test]
    public void Rtc_SetTime_GoesOnFromIt()
    {
        var rtc = Rtc(new DateTime(2026, 1, 1));
        WriteRtc(rtc, 0x0B, 0x82);
        foreach (var (index, value) in new[] { (0, 0x59), (2, 0x59), (4, 0x23), (7, 0x28), (8, 0x02), (9, 0x24) })
        {
            WriteRtc(rtc, index, value);
        }

        Advance(5 * Second);
        Assert.That(ReadRtc(rtc, 0), Is.EqualTo(0x59));
        WriteRtc(rtc, 0x0B, 0x02);
        Advance(Second);
        Assert.That(new[] { 0, 4, 7, 8 }.Select(index => ReadRtc(rtc, index)), Is.EqualTo(new[] { 0, 0, 0x29, 0x02 }));
    }

    [Test]
    public void Rtc_PeriodicInterrupt_AsksUntilRegisterCIsRead()
    {
        var rtc = Rtc(new DateTime(2026, 1, 1));
        WriteRtc(rtc, 0x0B, 0x42);
        Advance(Second / 10);
        Assert.That(_rises, Has.Count.EqualTo(1));
        Assert.That(_rises[0], Is.EqualTo(Second / 1024).Within(1));
        Assert.That(ReadRtc(rtc, 0x0C) & 0xC0, Is.EqualTo(0xC0));
        Assert.That(_line.Level, Is.False);
        Advance(Second / 1024);
        Assert.That(_rises, Has.Count.EqualTo(2));
    }

    [Test]
    public void Rtc_Alarm_AsksAtItsTime()
    {
        var rtc = Rtc(new DateTime(2026, 1, 1, 10, 0, 0));
        foreach (var (index, value) in new[] { (1, 0x30), (3, 0x02), (5, 0xFF), (0x0B, 0x22) })
        {
            WriteRtc(rtc, index, value);
        }

        Advance(200 * Second);
        Assert.That(_rises, Is.EqualTo(new[] { 150 * Second }));
        Assert.That(ReadRtc(rtc, 0x0C) & 0xA0, Is.EqualTo(0xA0));
    }

    [Test]
    public void Rtc_UpdateInProgress_ShowsJustBeforeASecondEnds()
    {
        var rtc = Rtc(new DateTime(2026, 1, 1));
        Advance(Second - 250_000);
        Assert.That(ReadRtc(rtc, 0x0A), Is.EqualTo(0x26));
        Advance(10_000);
        Assert.That(ReadRtc(rtc, 0x0A), Is.EqualTo(0xA6));
    }

    [Test]
    public void LocalApic_PeriodicTimer_AsksByItsVectorUntilItEnds()
    {
        var apic = new LocalApic("lapic", _clock, null, _line, () => _nmis++);
        apic.Write(0xF0, 0x1FF, 4);
        apic.Write(0x3E0, 0xB, 4);
        apic.Write(0x320, 0x2_0040, 4);
        apic.Write(0x380, 9_999, 4);
        Advance(9_999);
        Assert.That(_line.Level, Is.True);
        Assert.That(apic.Acknowledge(), Is.EqualTo(0x40));
        Assert.That(_line.Level, Is.False);
        Advance(10_000);
        Assert.That(_line.Level, Is.False); // it waits for the end of the one in service
        apic.Write(0xB0, 0, 4);
        Assert.That(_rises, Is.EqualTo(new ulong[] { 9_999, 19_999 }));
        Assert.That(apic.Read(0x390, 4), Is.Zero);
    }

    [Test]
    public void LocalApic_Disabled_LetsThePicPassUntilReset()
    {
        var apic = new LocalApic("lapic", _clock, null, _line, () => _nmis++);
        apic.Write(0xF0, 0x1FF, 4);
        apic.Write(0x350, 0x1_0700, 4); // LINT0 is masked
        apic.FindInput("lint0")!(true);
        Assert.That(_line.Level, Is.False);

        apic.BaseRegister = 0xFEE0_0100;
        Assert.That(_line.Level, Is.True);
        Assert.That(apic.Read(0xF0, 4), Is.EqualTo(0xFF));
        apic.BaseRegister = 0xFEE0_0900;
        Assert.That(apic.IsEnabled, Is.False);

        apic.Reset();
        Assert.That(apic.BaseRegister, Is.EqualTo(0xFEE0_0900));
    }

    [TestCase(0x0000_0400u, 0x0000_0000u, 1)] // to processor 0, as kernels that look for a hang send it
    [TestCase(0x0000_0400u, 0xFF00_0000u, 1)]
    [TestCase(0x0000_0400u, 0x0100_0000u, 0)]
    [TestCase(0x0000_0C00u, 0x0200_0000u, 1)] // logical
    [TestCase(0x0000_0C00u, 0x0400_0000u, 0)]
    [TestCase(0x0004_0400u, 0x0100_0000u, 1)] // itself
    [TestCase(0x0008_0400u, 0x0100_0000u, 1)] // all
    [TestCase(0x000C_0400u, 0x0000_0000u, 0)] // the others
    [TestCase(0x0000_0500u, 0x0000_0000u, 0)] // INIT
    public void LocalApic_Message_RaisesNmiWhereItIsMeant(uint low, uint high, int expected)
    {
        var apic = new LocalApic("lapic", _clock, null, _line, () => _nmis++);
        apic.Write(0xD0, 0x0200_0000, 4);
        apic.Write(0x310, high, 4);
        apic.Write(0x300, low, 4);
        Assert.That(_nmis, Is.EqualTo(expected));
        Assert.That(_line.Level, Is.False);
    }

    [TestCase(0x0000_0500u, 0x0300_0000u, 1)]
    [TestCase(0x0000_C500u, 0xFF00_0000u, 1)]
    [TestCase(0x0000_8500u, 0xFF00_0000u, 0)] // an old processor's INIT ends
    [TestCase(0x0004_0500u, 0x0000_0000u, 1)] // itself
    [TestCase(0x000C_4500u, 0x0000_0000u, 0)] // the others
    [TestCase(0x0000_4600u, 0x0300_0000u, 0)] // start
    public void LocalApic_Init_IsPowerOnButForTheNumber(uint low, uint high, int expected)
    {
        var inits = 0;
        var apic = new LocalApic("lapic", _clock, null, _line, () => _nmis++, () => inits++);
        apic.Write(0x20, 0x0300_0000, 4);
        apic.Write(0xF0, 0x1FF, 4);
        apic.Write(0x310, high, 4);
        apic.Write(0x300, low, 4);
        Assert.That(inits, Is.EqualTo(expected));
        Assert.That((apic.Read(0x20, 4), apic.Read(0xF0, 4)), Is.EqualTo((0x0300_0000u, expected == 1 ? 0xFFu : 0x1FFu)));
    }

    [Test]
    public void LocalApic_TaskPriorityClass_HoldsBackVectorsUpToIt()
    {
        var apic = new LocalApic("lapic", _clock, null, _line, () => _nmis++);
        apic.Write(0xF0, 0x1FF, 4);
        apic.TaskPriorityClass = 5;
        apic.Deliver(0xFF, isLogical: false, 0x51, isLevel: false);
        Assert.That((_line.Level, apic.Read(0x80, 4)), Is.EqualTo((false, 0x50u)));
        apic.TaskPriorityClass = 4;
        Assert.That(_line.Level, Is.True);
    }

    [Test]
    public void IoApic_Level_AsksAgainAfterItsEndWhileTheLineIsHigh()
    {
        var local = new LocalApic("lapic", _clock, null, _line, () => _nmis++);
        var apic = new IoApic("ioapic", local);
        local.Write(0xF0, 0x1FF, 4);
        apic.Write(0, 0x10 + (2 * 11), 4);
        apic.Write(0x10, 0x8051, 4);
        var input = apic.FindInput("irq11")!;
        input(true);
        Assert.That(local.Acknowledge(), Is.EqualTo(0x51));
        Assert.That(apic.Read(0x10, 4), Is.EqualTo(0xC051));
        local.Write(0xB0, 0, 4);
        Assert.That(_line.Level, Is.True);
        Assert.That(local.Acknowledge(), Is.EqualTo(0x51));
        input(false);
        local.Write(0xB0, 0, 4);
        Assert.That(_line.Level, Is.False);
        Assert.That(apic.Read(0x10, 4), Is.EqualTo(0x8051));
    }

    [TestCase(0x0_0000u, true)]
    [TestCase(0x0_8000u, true)]
    [TestCase(0x1_0000u, false)] // an edge at a masked input is lost
    [TestCase(0x1_8000u, true)]
    public void IoApic_HighLine_AsksOnceUnmasked(uint entry, bool expected)
    {
        var local = new LocalApic("lapic", _clock, null, _line, () => _nmis++);
        var apic = new IoApic("ioapic", local);
        local.Write(0xF0, 0x1FF, 4);
        apic.Write(0, 0x10 + (2 * 14), 4);
        apic.Write(0x10, entry | 0x51, 4);
        apic.FindInput("irq14")!(true);
        apic.Write(0x10, (entry & 0x8000) | 0x51, 4);
        Assert.That(_line.Level, Is.EqualTo(expected));
    }

    private Pit8254 Pit(int control, int count)
    {
        var pit = new Pit8254("pit", _clock, _line);
        pit.Write(3, (uint)control, 1);
        if (control < 0x40)
        {
            pit.Write(0, (uint)count & 0xFF, 1);
            pit.Write(0, (uint)count >> 8, 1);
        }

        return pit;
    }

    private Mc146818 Rtc(DateTime start) => new("rtc", _clock, _line, start, new byte[128]);

    private static int ReadRtc(Mc146818 rtc, int index)
    {
        rtc.Write(0, (uint)index, 1);
        return (int)rtc.Read(1, 1);
    }

    private static void WriteRtc(Mc146818 rtc, int index, int value)
    {
        rtc.Write(0, (uint)index, 1);
        rtc.Write(1, (uint)value, 1);
    }

    private void Advance(ulong nanoseconds)
    {
        var end = _clock.Now + nanoseconds;
        while (_clock.NextDeadline <= end)
        {
            _clock.Now = Math.Max(_clock.Now, _clock.NextDeadline);
            _clock.FireExpired();
        }

        _clock.Now = end;
    }
}
