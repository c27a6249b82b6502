using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Devices.Stm32;

/// <summary>From a pin through SYSCFG and EXTI to an interrupt, and what vendor start-up code asks of RCC and flash.</summary>
public sealed class Stm32PinTests
{
    private const uint Moder = 0x00;
    private const uint Pupdr = 0x0C;
    private const uint Idr = 0x10;
    private const uint Odr = 0x14;
    private const uint Bsrr = 0x18;

    private Machine _machine = null!;

    [TearDown]
    public void Dispose() => _machine.Dispose();

    [Test]
    public void Pin_DrivenFromOutside_InterruptsThroughTheChosenLine()
    {
        Build("netduinoplus2");
        var (gpio, syscfg, exti) = (Find("gpioc"), Find("syscfg"), Find("exti"));
        syscfg.Write(0x14, 0x0020, 4); // EXTI13 is PC13
        exti.Write(0x00, 1 << 13, 4);
        exti.Write(0x0C, 1 << 13, 4); // falling
        gpio.Write(Pupdr, 1 << 26, 4);
        Assert.That(gpio.Read(Idr, 4), Is.EqualTo(1 << 13), "pulled up");
        ((IInputPort)gpio).Receive(13);
        Assert.That(gpio.Read(Idr, 4), Is.Zero);
        Assert.That(exti.Read(0x14, 4), Is.EqualTo(1 << 13));
        Assert.That(Pending(40), Is.True);
        exti.Write(0x14, 1 << 13, 4);
        ((IInputPort)gpio).Receive(13 | 0x40);
        Assert.That(gpio.Read(Idr, 4), Is.EqualTo(1 << 13), "let go, it is pulled up again");
        Assert.That(exti.Read(0x14, 4), Is.Zero, "a rising edge is none");
    }

    [Test]
    public void Output_SetAndReset_ShowsOnThePin()
    {
        Build("netduino2");
        var gpio = Find("gpioa");
        gpio.Write(Moder, 0xA800_0400, 4); // PA5 is an output
        gpio.Write(Bsrr, 0x20, 2);
        Assert.That((gpio.Read(Odr, 4), gpio.Read(Idr, 4) & 0x20), Is.EqualTo((0x20u, 0x20u)));
        gpio.Write(Bsrr + 2, 0x20, 2);
        Assert.That((gpio.Read(Odr, 4), gpio.Read(Idr, 4) & 0x20), Is.EqualTo((0u, 0u)));
    }

    [Test]
    public void F1Output_SetAndReset_ShowsOnThePin()
    {
        Build("stm32vldiscovery");
        var gpio = Find("gpioc");
        gpio.Write(0x04, 0x4444_4433, 4); // PC8 and PC9 are outputs
        gpio.Write(0x10, 0x300, 4);
        Assert.That(gpio.Read(0x08, 4), Is.EqualTo(0x300));
        gpio.Write(0x14, 0x100, 4);
        Assert.That(gpio.Read(0x08, 4), Is.EqualTo(0x200));
    }

    [TestCase("netduino2", 0x08u)]
    [TestCase("netduinoplus2", 0x08u)]
    [TestCase("stm32vldiscovery", 0x04u)]
    public void Rcc_ClocksTurnedOn_AreReadyAndSwitch(string board, uint configuration)
    {
        Build(board);
        var rcc = Find("rcc");
        Assert.That(rcc.Read(0, 4), Is.EqualTo(0x83));
        rcc.Write(configuration, 2, 4);
        Assert.That(rcc.Read(configuration, 4), Is.EqualTo(2), "the PLL is not on yet");
        rcc.Write(0, rcc.Read(0, 4) | 0x0101_0000, 4);
        Assert.That(rcc.Read(0, 4), Is.EqualTo(0x0303_0083));
        Assert.That(rcc.Read(configuration, 4), Is.EqualTo(0x0A));
        rcc.Write(0, 0x80, 4);
        Assert.That(rcc.Read(0, 4), Is.EqualTo(0x0300_0080), "the PLL runs the system");
    }

    [Test]
    public void Flash_Unlocked_IsErasedAndProgrammed()
    {
        Build("netduinoplus2");
        var (controller, flash) = (Find("flash-interface"), Find("flash"));
        flash.Write(0x1_0000, 0x1234, 4);
        Assert.That(flash.Read(0x1_0000, 4), Is.Zero, "locked");
        Assert.That(controller.Read(0x10, 4), Is.EqualTo(0x8000_0000));
        controller.Write(0x04, 0x4567_0123, 4);
        controller.Write(0x04, 0xCDEF_89AB, 4);
        Assert.That(controller.Read(0x10, 4), Is.Zero);
        controller.Write(0x10, 0x1_0022, 4); // sector 4
        Assert.That(flash.Read(0x1_0000, 4), Is.EqualTo(uint.MaxValue));
        Assert.That(flash.Read(0x0_FFFC, 4), Is.Zero);
        controller.Write(0x10, 0x201, 4);
        flash.Write(0x1_0000, 0x1234, 4);
        Assert.That(flash.Read(0x1_0000, 4), Is.EqualTo(0x1234));
        controller.Write(0x10, 0x8000_0000, 4);
        controller.Write(0x04, 0x1111, 4);
        controller.Write(0x04, 0x4567_0123, 4);
        controller.Write(0x04, 0xCDEF_89AB, 4);
        Assert.That(controller.Read(0x10, 4), Is.EqualTo(0x8000_0000), "a wrong key jams it");
    }

    [TestCase("netduino2", 0x1FFF_7A22u, 1024u, 0x2001_6411u)]
    [TestCase("netduinoplus2", 0x1FFF_7A22u, 1024u, 0x1001_6413u)]
    [TestCase("stm32vldiscovery", 0x1FFF_F7E0u, 128u, 0x1001_6420u)]
    public void Identity_OfTheBoard_IsReadable(string board, uint sizeAt, uint size, uint identity)
    {
        Build(board);
        var bytes = new byte[4];
        _machine.Peek(sizeAt, bytes.AsSpan(0, 2));
        Assert.That(BitConverter.ToUInt16(bytes), Is.EqualTo(size));
        _machine.Peek(0xE004_2000, bytes);
        Assert.That(BitConverter.ToUInt32(bytes), Is.EqualTo(identity));
    }

    private void Build(string board) => _machine = new Machine(
        BoardCatalog.Find(board)!.Build(new BoardOptions(8), new TextOutput()));

    private IDevice Find(string name) => _machine.Devices.First(mapping => mapping.Device.Name == name).Device;

    private bool Pending(int interrupt)
    {
        var bytes = new byte[4];
        _machine.Peek(0xE000_E200 + (4 * ((uint)interrupt / 32)), bytes);
        return ((BitConverter.ToUInt32(bytes) >> (interrupt % 32)) & 1) != 0;
    }
}
