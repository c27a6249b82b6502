using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Disks;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A drive of the board <c>pc</c> with an image of random bytes, or empty, beside QEMU's with the same image.</summary>
/// <param name="drive">Its name on the board.</param>
/// <param name="qemuDrive">What <c>-drive</c> of QEMU says of it, besides file and format.</param>
/// <param name="size">Of the image, in bytes; 0 for none.</param>
public abstract class DriveBesideQemu(string drive, string qemuDrive, int size) : IOutputSink
{
    protected string ImagePath { get; private set; } = null!;

    protected DiskImageFile Image { get; private set; } = null!;

    protected MachineParts Parts { get; private set; } = null!;

    private protected QemuPorts Qemu { get; private set; } = null!;

    private protected PortSpace Ports { get; private set; } = null!;

    public void Write(string port, byte value)
    {
    }

    [SetUp]
    public void Start()
    {
        ImagePath = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var content = new byte[size];
        new Random(size).NextBytes(content);
        File.WriteAllBytes(ImagePath, content);
        Qemu = new QemuPorts("-drive", size > 0 ? $"file={ImagePath},format=raw,{qemuDrive}" : qemuDrive);
        Image = new DiskImageFile(ImagePath);
        var disks = new Dictionary<string, IDiskImage>();
        if (size > 0)
        {
            disks[drive] = Image;
        }

        var board = BoardCatalog.Find("pc")!;
        Parts = (size > 0 ? board : board.With($"devices: {{ {drive}: {{ empty: true }} }}\n", "test"))
            .Build(new BoardOptions(8) { Disks = disks }, this);
        Ports = new PortSpace(Parts.Devices);
    }

    [TearDown]
    public void Stop()
    {
        Qemu.Dispose();
        Image.Dispose();
        File.Delete(ImagePath);
        foreach (var region in Parts.Memory.Regions)
        {
            region.Dispose();
        }

        Parts.Unicorn.Dispose();
    }

    /// <summary>Writes to a port of both.</summary>
    protected void Out(int port, uint value, int bytes = 1)
    {
        Qemu.Write((ushort)port, value, bytes);
        Ports.Write((ushort)port, value, bytes);
    }

    /// <summary>QEMU's drive takes real time: looks at its status until it is no longer busy.</summary>
    protected void WaitForQemu(ushort status)
    {
        for (var i = 0; i < 10_000 && (Qemu.Read(status) & 0x80) != 0; i++)
        {
        }
    }

    /// <summary>Bytes of these ports are the same in both.</summary>
    protected void ComparePorts(IEnumerable<int> ports, string what = "")
    {
        foreach (var port in ports)
        {
            Assert.That(Ports.Read((ushort)port, 1), Is.EqualTo(Qemu.Read((ushort)port)), $"{what} port {port:x}");
        }
    }
}
