namespace Reprise.Emulation.Tests.Devices;

public sealed class CmsdkGpioTests
{
    [Test]
    public void Data_OutputEnabled_ReadsBackWhatIsDriven()
    {
        var gpio = DeviceRig.Create("cmsdk-gpio");
        gpio[0x04] = 0xABCD;
        Assert.That(gpio[0x00], Is.Zero);
        gpio[0x10] = 0xFF00;
        Assert.That(gpio[0x00], Is.EqualTo(0xAB00));
        gpio.Device.Write(0x05, 0x12, 1);
        Assert.That(gpio[0x04], Is.EqualTo(0x12CD));
    }

    [Test]
    public void MaskedWrite_SomeBits_LeavesTheOthers()
    {
        var gpio = DeviceRig.Create("cmsdk-gpio");
        gpio[0x10] = 0xFFFF;
        gpio[0x400 + (0x0F << 2)] = 0xFFFF;
        gpio[0x800 + (0x80 << 2)] = 0xFFFF;
        Assert.That(gpio[0x00], Is.EqualTo(0x800F));
    }

    [Test]
    public void RisingEdge_Enabled_InterruptsUntilCleared()
    {
        var gpio = DeviceRig.Create("cmsdk-gpio");
        gpio[0x10] = 1;
        gpio[0x28] = 1;
        gpio[0x30] = 1;
        gpio[0x20] = 1;
        Assert.That(gpio.Levels[0], Is.False);
        gpio[0x04] = 1;
        Assert.That(gpio.Levels[0], Is.True);
        gpio[0x38] = 1;
        Assert.That(gpio.Levels[0], Is.False);
    }
}
