using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>A kernel of Linux's format that the BIOS loads through the ROM of ours, and what switches the machine off.</summary>
public sealed class KernelLoadTests
{
    private const string Bios = "/usr/share/seabios/bios-256k.bin";
    private const int SetupLength = 1024;
    private const ulong Limit = 100_000_000;

    [Test]
    public void Run_LinuxKernel_FindsItsPartsAndSwitchesOff()
    {
        using var machine = Build(Kernel(Report()), "initial disk"u8.ToArray(), "quiet one=1", out var console);
        var stop = machine.Run(Limit);
        Assert.That(console.ToString(), Is.EqualTo("quiet one=1|the kernel itself|initial disk|"));
        Assert.That((stop.Kind, stop.ExitCode), Is.EqualTo((StopKind.Exited, 0)));
        Assert.That(machine.Run(Limit).Kind, Is.EqualTo(StopKind.Exited), "it stays off");
    }

    [Test]
    public void Build_KernelAndDiskThatDoNotFit_SaysSo()
    {
        var error = Assert.Throws<FirmwareException>(
            () => Build(Kernel(Report()), new byte[127 << 20], "", out _).Dispose());
        Assert.That(error!.Message, Does.Contain("fit into 128 MiB"));
    }

    [TestCase(0x202, 'X', "HdrS")]
    [TestCase(0x206, 1, "protocol")]
    [TestCase(0x1F1, 60, "60 sectors")]
    public void Read_DamagedHeader_SaysWhatIsWrong(int offset, int value, string expected)
    {
        var kernel = Kernel([0xF4]);
        kernel[offset] = (byte)value;
        Assert.That(() => LinuxKernel.Read(kernel, "k"), Throws.TypeOf<FirmwareException>().With.Message.Contains(expected));
    }

    [Test]
    public void Read_ShortFile_SaysWhatIsWrong([Values(0, 0x1FE, 0x202, 0x22F, SetupLength)] int length)
    {
        var kernel = Kernel([0xF4]).AsMemory(0, length);
        Assert.That(() => LinuxKernel.Read(kernel, "k"), Throws.TypeOf<FirmwareException>());
    }

    private static Machine Build(byte[] kernel, byte[] initrd, string commandLine, out StringBuilder console)
    {
        var bytes = File.ReadAllBytes(Bios);
        var board = BoardCatalog.Find("pc")!;
        var device = board.KernelDevice!;
        var options = new BoardOptions(1_000_000_000 / board.DefaultClock)
        {
            Roms = new Dictionary<string, ReadOnlyMemory<byte>>
            {
                [KernelFiles.NameOf(device, KernelFiles.Kernel)] = kernel,
                [KernelFiles.NameOf(device, KernelFiles.Initrd)] = initrd,
                [KernelFiles.NameOf(device, KernelFiles.CommandLine)] = Encoding.UTF8.GetBytes(commandLine),
            },
        };
        var output = new Console();
        console = output.Text;
        return MachineBuilder.Build(
            board, options, FirmwareLoader.Parse(bytes, Bios, board.RawAddress(bytes.Length)), Bios, output);
    }

    /// <summary>A bzImage of protocol 2.03: two sectors of set-up code, and a text as the kernel.</summary>
    private static byte[] Kernel(byte[] code)
    {
        var image = new byte[SetupLength + 512];
        image[0x1F1] = 1;
        (image[0x1FE], image[0x1FF]) = (0x55, 0xAA);
        (image[0x200], image[0x201]) = (0xEB, 0x3E); // a jump over the header
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x206), 0x203);
        image[0x211] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x22C), 0x37FF_FFFF);
        code.CopyTo(image, 0x240);
        "the kernel itself\0"u8.CopyTo(image.AsSpan(SetupLength));
        return image;
    }

    /// <summary>
    /// Writes the command line to port E9h, then what is at 1 MiB and the initial disk, which the BIOS copies down
    /// (INT 15h, AH = 87h), and asks the ACPI registers for S5.
    /// </summary>
    private static byte[] Report()
    {
        const ushort table = 0x800;
        const ushort buffer = 0x900;
        var code = new Assembler(16);
        var (print, end, copy) = (code.CreateLabel(), code.CreateLabel(), code.CreateLabel());
        code.mov(eax, __dword_ptr[0x228]);
        code.sub(eax, 0x1_0000);
        code.mov(si, ax);
        code.call(print);
        code.mov(eax, 0x10_0000);
        code.call(copy);
        code.mov(eax, __dword_ptr[0x218]);
        code.call(copy);
        code.mov(dx, 0x604);
        code.mov(ax, 0x2000);
        code.@out(dx, ax);
        code.hlt();

        code.Label(ref copy);
        code.mov(__dword_ptr[table + 0x12], eax);
        code.mov(__word_ptr[table + 0x10], 0xFFFF);
        code.mov(__byte_ptr[table + 0x15], 0x93);
        code.shr(eax, 24);
        code.mov(__byte_ptr[table + 0x17], al);
        code.mov(__word_ptr[table + 0x18], 0xFFFF);
        code.mov(__dword_ptr[table + 0x1A], 0x9301_0000 + buffer);
        code.mov(cx, 16);
        code.mov(si, table);
        code.mov(ah, 0x87);
        code.@int(0x15);
        code.mov(si, buffer);
        code.call(print);
        code.ret();

        code.Label(ref print);
        code.lodsb();
        code.test(al, al);
        code.je(end);
        code.@out(0xE9, al);
        code.jmp(print);
        code.Label(ref end);
        code.mov(al, (byte)'|');
        code.@out(0xE9, al);
        code.ret();

        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), 0x240);
        return stream.ToArray();
    }

    private sealed class Console : IOutputSink
    {
        public StringBuilder Text { get; } = new();

        public void Write(string port, byte value)
        {
            if (port == "console")
            {
                Text.Append((char)value);
            }
        }
    }
}
