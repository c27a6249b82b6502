using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Devices;

public sealed class Mps2Tests
{
    [Test]
    public void FpgaioCounters_AsTimePasses_CountExactly()
    {
        var fpgaio = DeviceRig.Create("mps2-fpgaio");
        fpgaio[0x1C] = 24;
        fpgaio.Advance(1_999_999_999);
        Assert.That(fpgaio[0x10], Is.EqualTo(1));
        Assert.That(fpgaio[0x14], Is.EqualTo(199));
        fpgaio.Advance(1);
        Assert.That(fpgaio[0x10], Is.EqualTo(2));
        Assert.That(fpgaio[0x14], Is.EqualTo(200));
        Assert.That(fpgaio[0x18], Is.EqualTo(2_000_000));
        fpgaio[0x18] = 5;
        fpgaio[0x20] = 3;
        fpgaio.Advance(3 * DeviceRig.Tick);
        Assert.That(fpgaio[0x20], Is.Zero);
        Assert.That(fpgaio[0x18], Is.EqualTo(6));
    }

    [Test]
    public void FpgaioLedsAndButtons_Changed_AreSeenOutsideAndInside()
    {
        var fpgaio = DeviceRig.Create("mps2-fpgaio");
        var buttons = (IInputPort)fpgaio.Device;
        fpgaio[0x00] = 7;
        fpgaio[0x00] = 3;
        buttons.Receive(2);
        Assert.That(fpgaio.Log, Is.EqualTo(new[] { "leds:03" }));
        Assert.That(fpgaio[0x08], Is.EqualTo(2));
        Assert.That(buttons.Name, Is.EqualTo("buttons"));
    }

    [Test]
    public void Scc_Identity_IsAn385()
    {
        var scc = DeviceRig.Create("mps2-scc");
        Assert.That(scc[0xFFC], Is.EqualTo(0x41043850));
        Assert.That(scc[0xFF8], Is.EqualTo(0x00200008));
        Assert.That(scc[0x10], Is.EqualTo(2));
    }

    [Test]
    public void Scc_OscillatorRequests_AreAnsweredAtOnce()
    {
        var scc = DeviceRig.Create("mps2-scc");
        scc[0xA8] = 0x80100001;
        Assert.That(scc[0xA0], Is.EqualTo(24_576_000));
        Assert.That(scc[0xAC], Is.EqualTo(1));
        scc[0xA4] = 1234;
        scc[0xA8] = 0xC0100001;
        scc[0xA8] = 0x80100001;
        Assert.That(scc[0xA0], Is.EqualTo(1234));
        scc[0xA8] = 0x80100003;
        Assert.That(scc[0xAC], Is.EqualTo(3));
    }
}
