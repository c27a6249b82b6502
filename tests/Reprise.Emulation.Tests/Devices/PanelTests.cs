using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Devices;

/// <summary>Buttons, light and OLED of a board, at its pins.</summary>
public sealed class PanelTests
{
    private const ulong PortE = 0x4002_4000;
    private const ulong PortF = 0x4002_5000;
    private const uint All = 0x3FC;

    private Machine _machine = null!;

    [SetUp]
    public void Build() => _machine =
        new Machine(BoardCatalog.Find("lm3s6965evb")!.Build(new BoardOptions(8), new TextOutput()));

    [TearDown]
    public void Dispose() => _machine.Dispose();

    [Test]
    public void Buttons_HeldDown_AreLow()
    {
        var buttons = _machine.InputPorts.Single(port => port.Name == "buttons");
        Assert.That((Device(PortE).Read(All, 4), Device(PortF).Read(All, 4)), Is.EqualTo((0xFu, 2u)));
        _machine.Receive(buttons, 0b10010);
        Assert.That((Device(PortE).Read(All, 4), Device(PortF).Read(All, 4)), Is.EqualTo((0xDu, 0u)));
        _machine.Reset();
        Assert.That((Device(PortE).Read(All, 4), Device(PortF).Read(All, 4)), Is.EqualTo((0xFu, 2u)));
    }

    [Test]
    public void Light_FollowsItsPin()
    {
        var port = Device(PortF);
        port.Write(0x400, 1, 4);
        port.Write(All, 1, 4);
        Assert.That(_machine.Lights, Is.EqualTo(new[] { new Light("status", true) }));
        _machine.Reset();
        Assert.That(_machine.Lights, Is.EqualTo(new[] { new Light("status", false) }));
    }

    private IDevice Device(ulong address) => _machine.Devices.First(mapping => mapping.Address == address).Device;
}
