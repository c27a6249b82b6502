using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Devices;

public sealed class Pl011Tests
{
    private const uint Data = 0x00;
    private const uint Flags = 0x18;
    private const uint LineControl = 0x2C;
    private const uint Control = 0x30;
    private const uint Mask = 0x38;
    private const uint Raw = 0x3C;
    private const uint Clear = 0x44;
    private const uint Fifos = 0x10;
    private const uint On = 0x301;
    private const uint ReceiveInterrupt = 0x10;
    private const uint TransmitInterrupt = 0x20;

    [Test]
    public void Send_RaisesTheInterruptUntilCleared()
    {
        var uart = DeviceRig.Create("pl011");
        uart[Mask] = TransmitInterrupt;
        uart[Data] = 'a';
        Assert.That(uart.Log, Is.EqualTo(new[] { "uart0:61", "irq0=True" }));
        uart[Clear] = TransmitInterrupt;
        Assert.That(uart.Levels[0], Is.False);
    }

    [TestCase(0u, 1)]
    [TestCase(Fifos, 16)]
    public void Receive_UntilFull_KeepsTheOrder(uint fifos, int size)
    {
        var uart = Opened(fifos);
        for (var i = 0; i < size; i++)
        {
            Assert.That(Port(uart).CanReceive, Is.True);
            Port(uart).Receive((byte)(i + 1));
            uart.Advance(86_806);
        }

        Assert.That(Port(uart).CanReceive, Is.False);
        Assert.That(uart[Flags] & 0x50, Is.EqualTo(0x40));
        for (uint i = 0; i < size; i++)
        {
            Assert.That((uart[Data], uart[Flags] & 0x40), Is.EqualTo((i + 1, 0u)));
        }

        Assert.That(uart[Flags] & 0x50, Is.EqualTo(0x10));
    }

    [Test]
    public void Interrupt_HandlerThatTakesAByteATime_ComesForEach()
    {
        var uart = Opened(Fifos);
        uart[Mask] = ReceiveInterrupt;
        Port(uart).Receive(1);
        Port(uart).Receive(2);
        uart[Clear] = ReceiveInterrupt;
        Assert.That((uart[Data], uart.Levels[0]), Is.EqualTo((1u, true)));
        uart[Clear] = ReceiveInterrupt;
        Assert.That((uart[Data], uart.Levels[0], uart[Raw]), Is.EqualTo((2u, false, 0u)));
    }

    [Test]
    public void CanReceive_UartOff_OnlyBehindABytePrinted()
    {
        var uart = DeviceRig.Create("pl011");
        Assert.That(Port(uart).CanReceive, Is.False);
        uart[Data] = '>';
        Assert.That(Port(uart).CanReceive, Is.True);
    }

    [TestCase(0u, 0u, 86_806ul)]
    [TestCase(13u, 36u, 86_800ul)] // 25 MHz / (16 x 13.5625) = 115207 baud
    [TestCase(1u, 0u, 6_400ul)]
    [TestCase(0xFFFFu, 0u, 10_000_000ul)]
    public void CanReceive_BehindAByte_WhenItsTimeIsOver(uint whole, uint fraction, ulong nanoseconds)
    {
        var uart = Opened(Fifos);
        uart[0x24] = whole;
        uart[0x28] = fraction;
        Port(uart).Receive(1);
        uart.Advance(nanoseconds - 1);
        Assert.That(Port(uart).CanReceive, Is.False);
        Assert.That(uart.Clock.NextDeadline, Is.EqualTo(nanoseconds), "the machine wakes then");
        uart.Advance(1);
        Assert.That(Port(uart).CanReceive, Is.True);
    }

    private static IInputPort Port(DeviceRig rig) => (IInputPort)rig.Device;

    private static DeviceRig Opened(uint fifos)
    {
        var uart = DeviceRig.Create("pl011");
        uart[LineControl] = 0x60 | fifos;
        uart[Control] = On;
        return uart;
    }
}
