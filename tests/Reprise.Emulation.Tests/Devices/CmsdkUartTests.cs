using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Devices;

public sealed class CmsdkUartTests
{
    private DeviceRig _uart = null!;

    [SetUp]
    public void Enable()
    {
        _uart = DeviceRig.Create("cmsdk-uart");
        _uart[0x10] = 16;
        _uart[0x08] = 0x3F;
    }

    [Test]
    public void WriteData_Enabled_SendsAtOnceAndRaisesTransmitInterrupt()
    {
        _uart[0x00] = 'A';
        Assert.That(_uart.Log, Is.EqualTo(new[] { "uart0:41", "irq0=True" }));
        Assert.That(_uart[0x04], Is.Zero);
        _uart[0x0C] = 1;
        Assert.That(_uart.Levels[0], Is.False);
    }

    [Test]
    public void WriteData_BaudDividerNeverSet_SendsAsOnQemu()
    {
        _uart[0x10] = 0;
        _uart[0x00] = 'A';
        Assert.That(_uart.Log, Does.Contain("uart0:41"));
    }

    [Test]
    public void WriteData_TwiceWithTransmitterOff_OverrunsAndSendsTheLast()
    {
        _uart[0x08] = 0x10;
        _uart[0x00] = 'A';
        _uart[0x00] = 'B';
        Assert.That(_uart[0x04], Is.EqualTo(5));
        Assert.That(_uart.Levels[2], Is.True);
        _uart[0x08] = 0x11;
        _uart[0x04] = 4;
        Assert.That(_uart.Log, Is.EqualTo(new[] { "irq2=True", "uart0:42", "irq2=False" }));
    }

    [Test]
    public void Receive_ThenRead_GivesTheByteAndFreesTheBuffer()
    {
        var port = (IInputPort)_uart.Device;
        Assert.That(port.CanReceive, Is.True);
        port.Receive(0x5A);
        Assert.That(port.CanReceive, Is.False);
        Assert.That(_uart.Levels[1], Is.True);
        Assert.That(_uart[0x00], Is.EqualTo(0x5A));
        Assert.That(port.CanReceive, Is.False, "the next byte is under way: 10 bits of 16 clocks");
        _uart.Advance(160ul * 1_000_000_000 / DeviceRig.Frequency);
        Assert.That(port.CanReceive, Is.True);
        _uart[0x0C] = 2;
        Assert.That(_uart.Levels[1], Is.False);
    }

    [Test]
    public void Receive_BufferFull_RaisesOverrunUntilCleared()
    {
        var port = (IInputPort)_uart.Device;
        port.Receive(1);
        port.Receive(2);
        Assert.That(_uart[0x04], Is.EqualTo(0xA));
        Assert.That(_uart.Levels[2], Is.True);
        _uart[0x0C] = 8;
        Assert.That(_uart[0x04], Is.EqualTo(2));
        Assert.That(_uart.Levels[2], Is.False);
        Assert.That(_uart[0x00], Is.EqualTo(2));
    }

    [Test]
    public void Receive_ReceiverOff_LosesTheByte()
    {
        _uart[0x08] = 1;
        ((IInputPort)_uart.Device).Receive(1);
        Assert.That(_uart[0x04], Is.Zero);
    }

    [Test]
    public void Read_Ids_AreTheUarts()
    {
        Assert.That(_uart[0xFE0], Is.EqualTo(0x21));
        Assert.That(_uart[0xFE4], Is.EqualTo(0xB8));
        Assert.That(_uart[0xFFC], Is.EqualTo(0xB1));
    }
}
