using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A kernel that starts without a BIOS finds the screen in the text mode that one leaves.</summary>
public sealed class VgaKernelTests
{
    [Test]
    public void Start_OfAMultibootKernel_IsInTextMode()
    {
        const uint cell = 0xB_8000 + (2 * (80 + 2)); // third of the second row
        var path = Path.Combine(SampleFirmware.Folder, "x86", "compute", "compute.elf");
        using var machine = MachineBuilder.Build(
            BoardCatalog.Find("pc")!, new BoardOptions(8), FirmwareLoader.Load(path, null), path, new TextOutput());
        var bus = (IDeviceBus)machine;
        bus.Write(cell, 0x1F69_1F48, 4, 0);
        var screen = (ITextScreen)machine.Screens[0];
        Assert.That((screen.Width, screen.Height), Is.EqualTo((720, 400)));
        Assert.That(screen.Text, Does.StartWith("\n  Hi\n\n"));
        var pixels = new uint[720 * 400];
        screen.Draw(pixels);
        Assert.That(pixels[(16 * 720) + (2 * 9)], Is.EqualTo(0xA8), "blue paper");
        machine.Reset();
        Assert.That(screen.Text, Is.Not.Null);
    }
}
