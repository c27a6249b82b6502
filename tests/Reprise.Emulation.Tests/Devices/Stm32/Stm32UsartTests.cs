using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Devices.Stm32;

public sealed class Stm32UsartTests
{
    private const uint Sr = 0x00;
    private const uint Dr = 0x04;
    private const uint Cr1 = 0x0C;
    private const uint On = 0x200C;

    [Test]
    public void Data_Written_LeavesAtOnceAndIsComplete()
    {
        var uart = DeviceRig.Create("stm32-usart");
        uart[Sr] = 0;
        Assert.That(uart[Sr], Is.EqualTo(0x80), "TC can be cleared, TXE can't");
        uart[Dr] = 'a';
        Assert.That(uart.Log, Is.EqualTo(new[] { "uart0:61" }));
        Assert.That(uart[Sr], Is.EqualTo(0xC0));
    }

    [Test]
    public void Receive_WhileOn_IsReadOnceAndInterrupts()
    {
        var uart = DeviceRig.Create("stm32-usart");
        var port = (IInputPort)uart.Device;
        Assert.That(port.CanReceive, Is.False);
        uart[Cr1] = On | 0x20;
        Assert.That(port.CanReceive, Is.True);
        port.Receive(0x42);
        Assert.That((uart[Sr], uart.Levels[0], port.CanReceive), Is.EqualTo((0xE0u, true, false)));
        Assert.That(uart[Dr], Is.EqualTo(0x42));
        Assert.That((uart[Sr], uart.Levels[0], port.CanReceive), Is.EqualTo((0xC0u, false, false)));
        uart.Advance(86_805);
        Assert.That(port.CanReceive, Is.False, "no rate is set, so a byte takes as long as at 115200 baud");
        uart.Advance(1);
        Assert.That(port.CanReceive, Is.True);
    }

    [Test]
    public void Receive_WhenFull_OverrunsUntilStatusAndDataAreRead()
    {
        var uart = DeviceRig.Create("stm32-usart");
        var port = (IInputPort)uart.Device;
        uart[Cr1] = On;
        port.Receive(1);
        port.Receive(2);
        Assert.That(uart[Dr], Is.EqualTo(1));
        Assert.That(uart[Sr], Is.EqualTo(0xC8));
        Assert.That(uart[Dr], Is.EqualTo(1));
        Assert.That(uart[Sr], Is.EqualTo(0xC0));
    }

    [TestCase(0x80u, true)]
    [TestCase(0x40u, true)]
    [TestCase(0x10u, false)]
    public void Interrupt_OfAnEmptyTransmitter_FollowsItsEnable(uint enable, bool level)
    {
        var uart = DeviceRig.Create("stm32-usart");
        uart[Cr1] = On | enable;
        Assert.That(uart.Levels[0], Is.EqualTo(level));
    }
}
