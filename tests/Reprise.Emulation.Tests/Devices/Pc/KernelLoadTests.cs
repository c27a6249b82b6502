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

    [TestCase(0x20_0000u, 0x9000u, TestName = "Run_MultibootKernel_IsToldOfLineModulesAndMemory")]
    [TestCase(0x8F00u, 0x8_0000u, TestName = "Run_MultibootKernelWhereTheInformationUsuallyIs_HasItElsewhere")]
    public void Run_MultibootKernel(uint load, uint place)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            [KernelFiles.Kernel] = Multiboot(load),
            [KernelFiles.CommandLine] = "kernel one=1"u8.ToArray(),
            [KernelFiles.ModuleTexts] = "first a\nsecond"u8.ToArray(),
            [KernelFiles.ModuleName(0)] = new byte[5000],
            [KernelFiles.ModuleName(1)] = "module two\0"u8.ToArray(),
        };
        using var machine = Build(files, out var console);
        var stop = machine.Run(Limit);
        Assert.That(console.ToString(), Is.EqualTo("kernel one=1|first a|module two|"));
        Assert.That((stop.Kind, stop.ExitCode), Is.EqualTo((StopKind.Exited, 1)), "debug-exit is told 0");
        var words = new byte[20];
        Assert.That(machine.Peek(place + 0x500, words), Is.EqualTo(words.Length));
        Assert.That(BitConverter.ToUInt32(words), Is.EqualTo(0x24F));
        Assert.That(BitConverter.ToUInt32(words, 4), Is.EqualTo(639), "KiB below 640 that the BIOS left");
        Assert.That(BitConverter.ToUInt32(words, 8), Is.InRange(126u << 10, 127u << 10), "KiB from 1 MiB on");
        Assert.That(machine.Peek(place, words), Is.EqualTo(words.Length));
        Assert.That(BitConverter.ToUInt64(words, 12), Is.EqualTo(639 << 10), "the memory map's first entry");
    }

    [Test]
    public void Build_ModuleThatDoesNotFit_SaysSo()
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            [KernelFiles.Kernel] = Multiboot(),
            [KernelFiles.ModuleTexts] = "big"u8.ToArray(),
            [KernelFiles.ModuleName(0)] = new byte[127 << 20],
        };
        Assert.That(() => Build(files, out _).Dispose(), Throws.TypeOf<FirmwareException>().With.Message.Contains("fit into 128 MiB"));
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

    private static Machine Build(byte[] kernel, byte[] initrd, string commandLine, out StringBuilder console) => Build(
        new Dictionary<string, ReadOnlyMemory<byte>>
        {
            [KernelFiles.Kernel] = kernel,
            [KernelFiles.Initrd] = initrd,
            [KernelFiles.CommandLine] = Encoding.UTF8.GetBytes(commandLine),
        },
        out console);

    private static Machine Build(Dictionary<string, ReadOnlyMemory<byte>> files, out StringBuilder console)
    {
        var bytes = File.ReadAllBytes(Bios);
        var board = BoardCatalog.Find("pc")!;
        var device = board.KernelDevice!;
        var options = new BoardOptions(1_000_000_000 / board.DefaultClock)
        {
            Roms = files.ToDictionary(file => KernelFiles.NameOf(device, file.Key), file => file.Value),
        };
        var output = new Console();
        console = output.Text;
        return MachineBuilder.Build(
            board, options, FirmwareLoader.Parse(bytes, Bios, board.RawAddress(Bios, bytes.Length)), Bios, output);
    }

    /// <summary>
    /// A Multiboot kernel that writes its command line, the first module's text and the second module to port E9h, and
    /// ends the run through debug-exit.
    /// </summary>
    private static byte[] Multiboot(uint load = 0x20_0000)
    {
        const int codeAt = 0x40;
        var code = new Assembler(32);
        var print = code.CreateLabel();
        code.mov(esp, 0x8000);
        code.mov(esi, __[ebx + 16]);
        code.call(print);
        code.mov(edi, __[ebx + 24]);
        code.mov(esi, __[edi + 8]);
        code.call(print);
        code.mov(esi, __[edi + 16]);
        code.call(print);
        code.mov(edx, 0xF4);
        code.xor(eax, eax);
        code.@out(dx, al);
        code.hlt();
        AddPrint(code, print);
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), load + codeAt);
        var image = new byte[0x200];
        uint[] header =
            [0x1BAD_B002, 0x1_0002, unchecked(0u - 0x1BAD_B002 - 0x1_0002), load, load, load + 0x200, load + 0x1234, load + codeAt];
        header.SelectMany(BitConverter.GetBytes).ToArray().CopyTo(image, 0);
        stream.ToArray().CopyTo(image, codeAt);
        return image;
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
        var (print, copy) = (code.CreateLabel(), code.CreateLabel());
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

        AddPrint(code, print);
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), 0x240);
        return stream.ToArray();
    }

    /// <summary>Prints the text at SI, up to a zero, and a bar behind it.</summary>
    private static void AddPrint(Assembler code, Label print)
    {
        var end = code.CreateLabel();
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
