using System.Net;
using Reprise.Cli.Options;
using Reprise.Cli.Qemu;
using Reprise.Cli.Serial;
using Reprise.Cli.Terminal;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Machines;

namespace Reprise.Cli.Tests.Qemu;

/// <summary>What QEMU's options mean.</summary>
internal sealed class QemuCommandLineTests
{
    [TestCase("reprise", "qemu -M help", "qemu -- -M help")]
    [TestCase("reprise", "-cpu cortex-m3 -S", "qemu -- -cpu cortex-m3 -S")]
    [TestCase("reprise", "--kernel x", "qemu -- --kernel x")]
    [TestCase("reprise", "--help", "--help")]
    [TestCase("/opt/qemu-system-arm", "--version", "qemu -- qemu-system-arm --version")]
    [TestCase("/opt/qemu-system-arm", "", "qemu -- qemu-system-arm")]
    [TestCase("reprise", "qemu-system-i386 -hda x", "qemu -- qemu-system-i386 -hda x")]
    [TestCase("reprise", "qemu qemu-system-i386 -hda x", "qemu -- qemu-system-i386 -hda x")]
    [TestCase("reprise", "-h", "-h")]
    [TestCase("reprise", "--version", "--version")]
    [TestCase("reprise", "-bogus", "-bogus")]
    [TestCase("reprise", "run x.elf", "run x.elf")]
    [TestCase("reprise", "", "")]
    public void Adapt_OnlyWhatIsQemus_NamesTheCommand(string program, string given, string expected) =>
        Assert.That(
            QemuCommandLine.Adapt(program, given.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            Is.EqualTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    [Test]
    public void Parse_s_ListensOnTheLoopbackAt1234() =>
        Assert.That(QemuCommandLine.Parse(["-s"]).Gdb, Is.EqualTo(new IPEndPoint(IPAddress.Loopback, 1234)));

    [TestCase("tcp::99", "127.0.0.1:99")]
    [TestCase("tcp:0.0.0.0:99", "0.0.0.0:99")]
    [TestCase("tcp:[::1]:99,server,nowait", "[::1]:99")]
    [TestCase("tcp::99,server=on,wait=off", "127.0.0.1:99")]
    [TestCase("unix:/tmp/x,server", "/tmp/x")]
    public void Parse_Gdb_IsWhereItSays(string device, string expected) =>
        Assert.That(QemuCommandLine.Parse(["-gdb", device]).Gdb!.ToString(), Is.EqualTo(expected));

    [Test]
    public void Parse_GdbNone_TakesTheServerBack() =>
        Assert.That(QemuCommandLine.Parse(["-s", "-gdb", "none"]).Gdb, Is.Null);

    [TestCase("5", 32ul)]
    [TestCase("shift=0", 1ul)]
    [TestCase("shift=7,align=off,sleep=off", 128ul)]
    [TestCase("auto", null)]
    public void Parse_Icount_GivesTheTimeOfAnInstruction(string text, ulong? expected) =>
        Assert.That(QemuCommandLine.Parse(["-icount", text]).Icount.NanosecondsPerInstruction, Is.EqualTo(expected));

    [Test]
    public void Parse_IcountWithARecording_SaysWhichWay()
    {
        Assert.That(QemuCommandLine.Parse(["-icount", "1,rr=record,rrfile=a,,b"]).Icount.RecordPath, Is.EqualTo("a,b"));
        Assert.That(QemuCommandLine.Parse(["-icount", "1,rr=replay"]).Icount.ReplayPath, Is.EqualTo("replay.bin"));
        Assert.That(QemuCommandLine.Parse(["-icount", "1,rr=none,rrfile=f"]).Icount.RecordPath, Is.Null);
    }

    [Test]
    public void Serials_AreTheBoardsPortsInOrder()
    {
        var options = QemuCommandLine.Parse(
            ["-chardev", "file,id=f,path=log.txt", "-serial", "none", "-serial", "null", "-serial", "chardev:f",
             "-serial", "tcp:localhost:4444,server,nowait", "-serial", "mon:stdio"]);
        Assert.That(new QemuSetup(options).Serials(), Is.EqualTo(new SerialChoice[]
        {
            new("uart0", SerialKind.Null),
            new("uart1", SerialKind.File, "log.txt"),
            new("uart2", SerialKind.Tcp, TcpPort: 4444),
            new("uart3", SerialKind.Stdio) { TakesSignals = false, HasMenu = true },
        }));
    }

    [TestCase("", true, false)]
    [TestCase("-serial stdio", true, false)]
    [TestCase("-nographic", false, true)]
    [TestCase("-nographic -serial stdio", true, false)]
    [TestCase("-serial mon:stdio", false, true)]
    [TestCase("-chardev stdio,id=c,mux=on -serial chardev:c", true, true)]
    [TestCase("-chardev stdio,id=c,mux=on,signal=off -serial chardev:c", false, true)]
    public void Serials_OnStdio_TakeTheKeysThatQemuTakes(string given, bool takesSignals, bool hasMenu)
    {
        var options = QemuCommandLine.Parse(given.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(new QemuSetup(options).Serials(), Is.EqualTo(new SerialChoice[]
        {
            new("uart0", SerialKind.Stdio) { TakesSignals = takesSignals, HasMenu = hasMenu },
        }));
    }

    [TestCase("", "cd fda")]
    [TestCase("-nodefaults", "")]
    [TestCase("-hda a.img -hdd d.img", "cd fda")]
    [TestCase("-hdc c.img", "fda")]
    [TestCase("-cdrom c.iso", "fda")]
    [TestCase("-fda f.img", "cd")]
    [TestCase("-fdb f.img", "cd fda")]
    [TestCase("-drive file=f.img,if=floppy", "cd")]
    [TestCase("-drive file=d.img,if=none,id=d -device ide-hd,drive=d", "fda")]
    [TestCase("-drive file=d.img,if=none,id=d -device floppy,drive=d", "cd")]
    public void Disks_NotAskedFor_AreEmptyDrives(string given, string expected) =>
        Assert.That(
            string.Join(' ', QemuCommandLine.Parse(given.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Disks.Empty),
            Is.EqualTo(expected));

    [TestCase("-nic", "socket,listen=:4445,model=lan9118")]
    [TestCase("-net", "socket,listen=127.0.0.1:4445")]
    [TestCase("-netdev", "socket,id=n,listen=localhost:4445")]
    public void Serials_OfANetworkSocket_AreTheBoardsEthernet(string option, string value)
    {
        var options = QemuCommandLine.Parse(["-net", "nic", "-serial", "null", option, value]);
        Assert.That(new QemuSetup(options).Serials(), Is.EqualTo(new SerialChoice[]
        {
            new("uart0", SerialKind.Null),
            new("ethernet", SerialKind.Tcp, TcpPort: 4445),
        }));
    }

    [TestCase("socket,connect=127.0.0.1:1")]
    [TestCase("socket,listen=0.0.0.0:1")]
    [TestCase("socket,listen=70000")]
    [TestCase("socket,listen=:1,colour=red")]
    public void Parse_OtherNetworkSocket_IsRefused(string value) =>
        Assert.That(() => QemuCommandLine.Parse(["-nic", value]), Throws.TypeOf<CliException>());

    [Test]
    public void Parse_OtherNetwork_IsNamed()
    {
        var setup = new QemuSetup(QemuCommandLine.Parse(["-net", "none", "-nic", "user,hostfwd=tcp::1-:2", "-serial", "null"]));
        Assert.That(setup.DescribeWithoutEffect(), Is.EqualTo("without effect here: -nic user (nobody is at the cable)"));
    }

    [Test]
    public void DebugConsoles_OfAPc_AreItsPorts()
    {
        var options = QemuCommandLine.Parse(
            ["-chardev", "file,id=s,path=bios.log", "-device", "isa-debugcon,iobase=0x402,chardev=s", "-debugcon", "stdio",
             "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04", "-hda", "a.img", "-drive", "file=b.img,format=raw"]);
        Assert.That(new QemuSetup(options).Serials(), Is.EqualTo(new SerialChoice[]
        {
            new("debug", SerialKind.File, "bios.log"),
            new("console", SerialKind.Stdio),
        }));
        Assert.That(options.Disks.All, Is.EqualTo(new[] { ("hda", "a.img"), ("hdb", "b.img") }));
    }

    [TestCase("-device", "isa-debugcon,iobase=0x10000,chardev=s")]
    [TestCase("-device", "isa-debug-exit,iobase=x")]
    [TestCase("-device", "virtio-blk-pci,drive=d")]
    [TestCase("-device", "ide-hd,drive=d")]
    [TestCase("-drive", "file=a.img,if=none")]
    [TestCase("-drive", "file=a.img,media=tape")]
    [TestCase("-drive", "file=a.qcow2,format=qcow2")]
    [TestCase("-drive", "file=a.img,if=virtio")]
    [TestCase("-drive", "file=a.img,index=4")]
    public void Parse_WhatAPcDoesNotHave_IsRefused(string option, string value) =>
        Assert.That(() => QemuCommandLine.Parse([option, value]), Throws.TypeOf<CliException>());

    [Test]
    public void Disks_OfEachForm_AreInTheirDrives()
    {
        var options = QemuCommandLine.Parse(
            ["qemu-system-i386", "-drive", "file=fs.img,index=1,media=disk,format=raw", "-drive", "file=xv6.img,format=raw",
             "-drive", "if=none,id=d,file=d.img,format=raw", "-device", "ide-hd,drive=d,bus=ide.1,unit=1",
             "-drive", "if=none,id=c,file=c.iso,media=cdrom,readonly=on", "-device", "ide-cd,drive=c",
             "-drive", "if=floppy,file=f.img,format=raw"]);
        Assert.That(options.Disks.All, Is.EqualTo(new[]
        {
            ("hdb", "fs.img"), ("hda", "xv6.img"), ("hdd", "d.img"), ("cd", "c.iso"), ("fda", "f.img"),
        }));
        Assert.That(QemuCommandLine.Parse(["-M", "pc", "disk.img"]).Disks.All, Is.EqualTo(new[] { ("hda", "disk.img") }));
        Assert.That(() => QemuCommandLine.Parse(["-M", "mps2-an385", "x.elf"]), Throws.TypeOf<CliException>());
    }

    [TestCase("qemu-system-i386", "", "pc")]
    [TestCase("qemu-system-x86_64", "", "pc-x86_64")]
    [TestCase("qemu-system-i386", "-M pc", "pc")]
    [TestCase("qemu-system-x86_64", "-machine pc-i440fx-7.2,accel=tcg", "pc-x86_64")]
    [TestCase("qemu-system-x86_64", "-M mps2-an385", "mps2-an385")]
    [TestCase("qemu-system-arm", "-M mps2-an385", "mps2-an385")]
    public void Find_OfAnEmulator_IsItsBoard(string emulator, string given, string expected) =>
        Assert.That(
            QemuMachines.Find(QemuCommandLine.Parse([emulator, .. given.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Name,
            Is.EqualTo(expected));

    [TestCase("qemu-system-i386", "-M q35")]
    [TestCase("qemu-system-arm", "")]
    public void Find_OfNone_IsRefused(string emulator, string given) =>
        Assert.That(
            () => QemuMachines.Find(QemuCommandLine.Parse([emulator, .. given.Split(' ', StringSplitOptions.RemoveEmptyEntries)])),
            Throws.TypeOf<CliException>());

    [Test]
    public void Live_PortsElsewhere_AreThereOnTheBoard()
    {
        var setup = Setup(
            "-M", "pc", "-device", "isa-debug-exit", "-debugcon", "file:a.log", "-global", "isa-debugcon.iobase=0x402",
            "-chardev", "null,id=n", "-device", "isa-debugcon,iobase=0x500,chardev=n", "-serial", "null");
        Assert.That(setup.Serials(), Is.EqualTo(new SerialChoice[]
        {
            new("uart0", SerialKind.Null), new("debug", SerialKind.File, "a.log"), new("console", SerialKind.Null),
        }));
        using var machine = new Machine(setup.Live().Board.Build(new BoardOptions(8), new SilentSink()));
        Assert.That(PortsOf(machine, "exit"), Is.EqualTo(0x501));
        Assert.That(PortsOf(machine, "debug"), Is.EqualTo(0x402));
        Assert.That(PortsOf(machine, "console"), Is.EqualTo(0x500));
    }

    [TestCase("pc", "qemu32,+nx")]
    [TestCase("pc-x86_64", "qemu64")]
    public void Live_EveryChoiceOfABoardAtOnce_IsTaken(string board, string processor)
    {
        var setup = Setup(
            "-M", board, "-cpu", processor, "-m", "64", "-rtc", "base=2020-01-01", "-boot", "order=dc,once=a,menu=on", "-no-reboot",
            "-nographic", "-device", "isa-debug-exit", "-device", "pc-testdev", "-debugcon", "null", "-global", "isa-debugcon.iobase=0x403");
        using var machine = new Machine(setup.Live().Board.Build(new BoardOptions(8), new SilentSink()));
        Assert.That(PortsOf(machine, "exit"), Is.EqualTo(0x501));
    }

    [Test]
    public void Parse_WhatAGuestCanDoWithout_IsNamed()
    {
        var setup = new QemuSetup(QemuCommandLine.Parse(
            ["qemu-system-i386", "-smp", "2", "-vga", "cirrus", "-device", "e1000,netdev=n", "-cpu", "486", "-snapshot", "-serial", "null"]));
        Assert.That(setup.DescribeWithoutEffect(), Is.EqualTo(
            "without effect here: -smp 2 (there is one processor), -vga cirrus (a PC has 'std'), "
            + "-device e1000 (the guest finds none), -cpu 486 (the board has its own)"));
    }

    [TestCase("pc", "256", 256)]
    [TestCase("pc", "size=2G,slots=2", 2048)]
    [TestCase("pc", "65536k", 64)]
    public void Live_MemorySize_IsThatOfTheBoard(string machine, string size, int mebibytes)
    {
        var board = Setup("-M", machine, "-m", size).Live().Board;
        using var built = new Machine(board.Build(new BoardOptions(8), new SilentSink()));
        Assert.That(built.Memory.BytesFrom(((ulong)mebibytes << 20) - 1).Length, Is.EqualTo(1));
    }

    [TestCase("qemu32", "i386")]
    [TestCase("qemu32,+nx", "i386-nx")]
    [TestCase("qemu64,+x2apic", "x86_64")]
    public void Live_ProcessorOfAPcBesideOtherOptions_IsTheBoards(string cpu, string expected)
    {
        var setup = Setup("-M", "pc", "-cpu", cpu, "-m", "9", "-no-reboot", "-no-acpi");
        var board = setup.Live().Board;
        using var built = new Machine(board.Build(new BoardOptions(8), new SilentSink()));
        Assert.That((board.Name, built.Processor.Name), Is.EqualTo(("pc", expected)));
        Assert.That(setup.DescribeWithoutEffect(), Does.EndWith("-no-acpi"));
    }

    [Test]
    public void Live_MemorySizeOfABoardWithoutAChoice_IsNamed()
    {
        var setup = Setup("-M", "mps2-an385", "-m", "16M", "-rtc", "base=2001-02-03");
        setup.Live();
        Assert.That(setup.DescribeWithoutEffect(), Is.EqualTo("without effect here: -m"));
    }

    [TestCase("-m", "x")]
    [TestCase("-m", "16M,foo=1")]
    [TestCase("-rtc", "base=yesterday")]
    [TestCase("-rtc", "foo=bar")]
    public void Parse_BadMemoryOrTime_IsRefused(string option, string value) =>
        Assert.That(() => QemuCommandLine.Parse([option, value]), Throws.TypeOf<CliException>());

    [Test]
    public void Serials_OfNone_IsNoConsole() =>
        Assert.That(new QemuSetup(QemuCommandLine.Parse(["-serial", "none"])).Serials(), Is.Empty);

    [Test]
    public void Serials_OfAVirtualConsole_GoesNowhereAndSaysSo()
    {
        var setup = new QemuSetup(QemuCommandLine.Parse(["-serial", "vc", "-d", "int", "-L", "x"]));
        Assert.That(setup.Serials(), Is.EqualTo(new SerialChoice[] { new("uart0", SerialKind.Null) }));
        Assert.That(setup.DescribeWithoutEffect(), Does.Contain("-d, -L, -serial vc"));
    }

    [Test]
    public void Serials_OfTerminalsAndPipes_HaveQemusNames()
    {
        var options = QemuCommandLine.Parse(
            ["-chardev", "pty,id=con", "-chardev", "pipe,id=p,path=b", "-serial", "chardev:con", "-serial", "pty",
             "-serial", "pipe:a", "-serial", "chardev:p"]);
        Assert.That(new QemuSetup(options).Serials(), Is.EqualTo(new SerialChoice[]
        {
            new("uart0", SerialKind.Pty, Label: "con"),
            new("uart1", SerialKind.Pty, Label: "serial1"),
            new("uart2", SerialKind.Pipe, "a"),
            new("uart3", SerialKind.Pipe, "b"),
        }));
    }

    [Test]
    public void Properties_EveryKindOfEntry_IsRead()
    {
        var properties = new QemuProperties("-x", "first,a=1,b,nob,a=2,c=x,,y", "type");
        Assert.That(properties["type"], Is.EqualTo("first"));
        Assert.That(properties.All("a"), Is.EqualTo(["1", "2"]));
        Assert.That(properties.Switch("b", unlessGiven: true), Is.False);
        Assert.That(() => properties.CheckAllUsed(), Throws.TypeOf<CliException>().With.Message.Contains("'c'"));
        Assert.That(properties["c"], Is.EqualTo("x,y"));
        Assert.That(() => properties.CheckAllUsed(), Throws.Nothing);
    }

    private static ushort PortsOf(Machine machine, string device) =>
        machine.Devices.Single(mapping => mapping.Device.Name == device).Ports[0].First;

    // Any file is a raw firmware.
    private static QemuSetup Setup(params string[] options) => new(
        QemuCommandLine.Parse(["-kernel", typeof(QemuCommandLineTests).Assembly.Location, .. options]));
}
