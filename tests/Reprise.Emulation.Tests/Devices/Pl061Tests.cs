using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Devices;

public sealed class Pl061Tests
{
    private const uint All = 0x3FC;
    private const uint Direction = 0x400;
    private const uint Sense = 0x404;
    private const uint BothEdges = 0x408;
    private const uint Event = 0x40C;
    private const uint Mask = 0x410;
    private const uint Raw = 0x414;
    private const uint Clear = 0x41C;

    [Test]
    public void Write_ThroughAMask_ChangesOutputsOnly()
    {
        var pins = DeviceRig.Create("pl061");
        pins[Direction] = 0x0F;
        pins[0x33 << 2] = 0xFF;
        Assert.That((pins[All], pins[0x01 << 2]), Is.EqualTo((3u, 1u)));
    }

    [TestCase(0u, 0u, false, true)]
    [TestCase(4u, 0u, true, false)]
    [TestCase(0u, 4u, true, true)]
    public void Edge_OfAnInput_InterruptsUntilCleared(uint rising, uint both, bool onRise, bool onFall)
    {
        var pins = DeviceRig.Create("pl061");
        pins[Event] = rising;
        pins[BothEdges] = both;
        pins[Mask] = 4;
        Pin(pins, 2)(true);
        Assert.That((pins.Levels[0], pins[All]), Is.EqualTo((onRise, 4u)));
        pins[Clear] = 4;
        Pin(pins, 2)(false);
        Assert.That((pins.Levels[0], pins[All]), Is.EqualTo((onFall, 0u)));
        pins[Clear] = 4;
        Assert.That(pins.Levels[0], Is.False);
    }

    [Test]
    public void Level_WhileThere_CannotBeCleared()
    {
        var pins = DeviceRig.Create("pl061");
        pins[Event] = 1;
        pins[Sense] = 1;
        Assert.That(pins[Raw], Is.Zero);
        Pin(pins, 0)(true);
        pins[Clear] = 1;
        Assert.That(pins[Raw], Is.EqualTo(1));
        Pin(pins, 0)(false);
        pins[Clear] = 1;
        Assert.That(pins[Raw], Is.Zero);
    }

    [Test]
    public void Reset_WhileAnInputIsHigh_ReadsItAgain()
    {
        var pins = DeviceRig.Create("pl061");
        Pin(pins, 5)(true);
        pins[Direction] = 0xFF;
        pins[All] = 0;
        pins.Reset();
        Assert.That((pins[All], pins[Raw]), Is.EqualTo((0x20u, 0u)));
    }

    [Test]
    public void Commit_Locked_StaysAsItIs()
    {
        var pins = DeviceRig.Create("pl061");
        pins[0x524] = 0;
        Assert.That(pins[0x524], Is.EqualTo(0xFF));
        pins[0x520] = 0x1ACC_E551;
        pins[0x524] = 0x7F;
        pins[0x420] = 0xFF;
        Assert.That((pins[0x520], pins[0x524], pins[0x420]), Is.EqualTo((0u, 0x7Fu, 0x7Fu)));
    }

    private static Action<bool> Pin(DeviceRig rig, int number) => ((IWireInputs)rig.Device).FindInput($"pin{number}")!;
}
