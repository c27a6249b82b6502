using Reprise.Cli.Options;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Qemu;

/// <summary>What -device adds.</summary>
internal static class QemuDevices
{
    /// <summary>A guest can do without what begins like this; it finds none.</summary>
    private static readonly string[] _dispensable =
    [
        "e1000", "rtl8139", "ne2k_", "pcnet", "i8255", "vmxnet3", "tulip", "virtio-net", "virtio-rng", "virtio-balloon", "virtio-gpu",
        "virtio-vga", "virtio-keyboard", "virtio-mouse", "virtio-tablet", "virtio-serial", "virtconsole", "usb-", "qemu-xhci",
        "nec-usb-xhci", "piix3-usb-uhci", "piix4-usb-uhci", "ich9-usb-", "pci-ohci", "ich9-intel-hda", "intel-hda", "hda-", "AC97", "ES1370", "sb16",
        "adlib", "cs4231a", "gus", "pvpanic", "vmcoreinfo", "i6300esb", "ib700", "cirrus-vga", "bochs-display", "qxl", "vmware-svga",
    ];

    /// <summary>The board has it.</summary>
    private static readonly string[] _there = ["VGA", "i8042", "isa-fdc", "mc146818rtc", "hpet", "pc-testdev"];

    /// <exception cref="CliException">One that is not there and that a guest would miss.</exception>
    public static void Read(QemuOptions options, string value)
    {
        var properties = new QemuProperties("-device", value, "driver");
        var driver = properties.Needed("driver");
        switch (driver)
        {
            case "loader":
                ReadLoader(options, properties);
                break;
            case "isa-debugcon":
                properties.Ignore("readback", "id");
                options.Ports.AddConsole(Port(properties, driver), "chardev:" + properties.Needed("chardev"));
                properties.CheckAllUsed();
                break;
            case "isa-debug-exit":
                properties.Ignore("iosize", "id");
                options.Ports.SetExit(Port(properties, driver));
                properties.CheckAllUsed();
                break;
            case "isa-serial":
                properties.Ignore("index", "id");
                options.Serials.Add("chardev:" + properties.Needed("chardev"));
                properties.CheckAllUsed();
                break;
            case "ide-hd" or "ide-cd" or "floppy":
                options.Disks.Attach(properties, driver);
                break;
            default:
                Miss(options, driver);
                break;
        }
    }

    private static void Miss(QemuOptions options, string driver)
    {
        if (Array.Exists(_dispensable, name => driver.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
        {
            options.WithoutEffect.Add($"-device {driver} (the guest finds none)");
        }
        else if (!_there.Contains(driver))
        {
            throw new CliException($"-device {driver}: loader, isa-debugcon, isa-debug-exit, isa-serial, ide-hd, ide-cd and "
                + "floppy are there; the board has its devices.");
        }
    }

    private static ulong? Port(QemuProperties properties, string driver) =>
        properties["iobase"] is { } text ? QemuPorts.Number($"-device {driver},iobase", text) : null;

    private static void ReadLoader(QemuOptions options, QemuProperties properties)
    {
        properties.Ignore("cpu-num");
        var isRaw = properties.Switch("force-raw", unlessGiven: false);
        var file = properties.Needed("file");
        var address = properties["addr"];
        properties.CheckAllUsed();
        try
        {
            options.Loaded.Add((file, address is null ? null : Quantity.Parse(address), isRaw));
        }
        catch (FormatException e)
        {
            throw new CliException($"-device loader,addr=: {e.Message}.");
        }
    }
}
