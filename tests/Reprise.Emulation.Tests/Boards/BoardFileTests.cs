using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Boards;

/// <summary>What a board file may say, and how it is told what it may not.</summary>
public sealed class BoardFileTests
{
    private const string Uart =
        "uart0: { type: cmsdk-uart, address: 0x4000_4000, wires: { transmit: irq 1, receive: irq 0, overrun: irq 2 } }";

    [Test]
    public void Build_EveryBuiltInBoard_GivesItsProcessorAndPorts()
    {
        var seen = BoardCatalog.All.Select(board =>
        {
            using var machine = Start(board);
            var ports = string.Join(' ', machine.InputPorts.Select(port => port.Name));
            return $"{board.Name} {machine.Processor.Name} {ports}";
        });
        Assert.That(seen, Is.SupersetOf(new[]
        {
            "lm3s6965evb cortex-m3 buttons uart0 uart1 uart2 ethernet",
            "microbit cortex-m0 uart0 rng",
            "mps2-an385 cortex-m3 uart0 uart1 uart2 uart3 uart4 buttons ethernet",
            "mps2-an500 cortex-m7 uart0 uart1 uart2 uart3 uart4 buttons ethernet",
            "stm32vldiscovery cortex-m3 uart0 uart1 uart2 gpioa gpiob gpioc gpiod gpioe",
        }));
    }

    [Test]
    public void Extends_ABuiltInBoard_LaysOneOverTheOther()
    {
        var board = new TextBoards(
            ("sub/top.yaml", "extends: middle.yaml\ndevices:\n  uart1: ~\n  uart0: { address: 0x4000_5000 }\n"),
            ("sub/middle.yaml", "extends: base\nmemory: { more: { address: 0x9000_0000, size: 4 KiB } }\n"),
            ("base", BuiltIn("mps2-an385"))).Board();
        using var machine = Start(board);
        Assert.That(board.Name, Is.EqualTo("top"));
        Assert.That(board.Description, Does.StartWith("Arm MPS2"));
        Assert.That(
            board.Files.Select(file => file.Name), Is.EqualTo(new[] { "sub/top.yaml", "sub/middle.yaml", "base" }));
        Assert.That(
            machine.Devices.Where(device => device.Device.Name.StartsWith("uart", StringComparison.Ordinal))
                .Select(device => $"{device.Device.Name} {device.Address:x}"),
            Is.EqualTo(new[] { "uart0 40005000", "uart2 40006000", "uart3 40007000", "uart4 40009000" }));
        Assert.That(machine.Memory.TryFind(0x9000_0FFF, out _, out _), Is.True);
        Assert.That(machine.Memory.TryFind(0x0100_0000, out _, out _), Is.True);
    }

    [Test]
    public void Memory_AliasOfFlash_ReadsTheSameBytesAndIgnoresWrites()
    {
        using var machine = Start(TextBoards.Board(
            """
            cpu: { model: cortex-m4f, interrupts: 1, priority-bits: 4, clock: 16 MHz }
            memory:
              flash: { address: 0x0800_0000, size: 8 KiB, read-only: true, aliases: [0, 0x1000_0000] }
              ram: { address: 0x2000_0000, size: 4 KiB }
            """));
        machine.Poke(0x0800_0004, [1, 2, 3, 4]);
        var seen = new byte[4];
        Assert.That(machine.Peek(4, seen), Is.EqualTo(4));
        Assert.That(seen, Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        Assert.That(machine.Memory.IsReadOnly(0x1000_0004), Is.True);
    }

    [Test]
    public void Read_TheBoardOfTheDocumentation_IsOne()
    {
        var page = File.ReadAllText(Path.Combine(SampleFirmware.Folder, "..", "docs", "boards.md"));
        var text = page.Split("```yaml\n")[1].Split("```")[0];
        using var machine = Start(TextBoards.Board(text));
        Assert.That(machine.Processor.Name, Is.EqualTo("cortex-m4f"));
        Assert.That(machine.Memory.TryFind(0x7_FFFF, out _, out _), Is.True);
    }

    [TestCase("", "b.yaml:1:1: expected a board, found an empty file")]
    [TestCase("42", "b.yaml:1:1: expected keys and values, found '42'")]
    [TestCase("a: [1", "b.yaml:2:1: expected YAML (")]
    [TestCase("a: 1\n---\nb: 2", "expected one document, found a second")]
    [TestCase("a: 1\na: 2", "b.yaml:2:1: expected each key once, found 'a'")]
    [TestCase("a: &x 1\nb: *x", "b.yaml:1:4: expected a value; board files have no anchors")]
    [TestCase("a: !!int 1", "b.yaml:1:4: expected a value; board files have no YAML tags")]
    [TestCase("extends: nothing", "b.yaml:1:10: expected a built-in board or a file, not 'nothing'")]
    [TestCase("extends: [a]", "b.yaml:1:10: expected the name of a board, or of a file, found a list")]
    [TestCase("extends: b.yaml", "b.yaml:1:10: expected at most 8 boards that extend each other, found 'b.yaml'")]
    [TestCase("description: none", "b.yaml:1:1: expected memory: at least one RAM or flash, in a board")]
    public void Read_NoBoard_SaysWhere(string text, string message) => Refuse(text, message);

    [TestCase(
        "colour: red",
        ":5:1: expected a key of a board (cpu, description, devices, extends, memory, registers, svd, tags, unim")]
    [TestCase("devices: { u: { type: uart9 } }", ":5:23: expected a device type (cmsdk-dual-timer, cmsdk-gpio, ")]
    [TestCase("devices: { u: { address: 0 } }", ":5:15: expected type: a text, in device 'u'")]
    [TestCase(
        "devices: { 'a b': { type: mps2-scc } }",
        ":5:12: expected a name of letters, digits, - and _, found 'a b'")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, irq: 1 } }",
        ":5:15: expected clock: a frequency, as 25 MHz or 32768 Hz, in device 't', a cmsdk-timer")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: fast, irq: 1 } }",
        ":5:65: expected a frequency, as 25 MHz or 32768 Hz, found 'fast'")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: 1 MHz } }",
        ":5:15: expected irq: NUMBER for 't'")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: 1 MHz, irq: 32 } }",
        ":5:77: expected an interrupt from 0 to 31, found '32'")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: 1 MHz, irq: -1 } }",
        ":5:77: expected where a wire ends")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: 1 MHz, irq: x.y } }",
        ":5:77: expected an input of a device that is there, found 'x.y'")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: 1 MHz, irq: t.y } }",
        ":5:77: expected an input that 't' has, found 't.y'")]
    [TestCase(
        "devices: { t: { type: cmsdk-timer, address: 0x4000_0000, clock: 1 MHz, irq: 1, speed: 2 } }",
        ":5:80: expected a key of device 't', a cmsdk-timer (address, clock, irq, size, type, wires), found 'speed'")]
    [TestCase(
        "devices: { t: { type: mps2-scc, address: 0x4000_0000, wires: { out: irq 1 } } }",
        ":5:64: expected a key of the wires of 't' (), found 'out'")]
    [TestCase(
        "devices: { t: { type: mps2-scc, address: 0x4000_0200 } }",
        ":5:42: expected a multiple of 1024, found '0x4000_0200'")]
    [TestCase(
        "devices: { t: { type: mps2-scc, address: 0xFFFF_FC00 } }",
        ":5:15: expected size: an end of t below 4 GiB")]
    [TestCase(
        "devices: { t: { type: mps2-scc, address: 0x1_0000_0000 } }",
        ":5:42: expected a number of 32 bits, as 0x4000_0000")]
    [TestCase(
        "devices: { t: { type: mps2-scc, address: 0x2000_1000 } }",
        ":5:15: expected 't' where nothing else is, but 'ram' is at 0x20000000")]
    [TestCase(
        "devices: { t: { type: mps2-scc, address: 0xE000_E000 } }",
        "but 'the processor's control space' is at 0xe000e000")]
    [TestCase(
        "devices:\n  s: { type: mps2-scc, address: 0x4000_0000 }\n  t: { type: mps2-scc, address: 0x4000_0000 }",
        ":7:6: expected 't' where nothing else is, but 's' is at 0x40000000")]
    [TestCase(
        "devices: { n: { type: nrf51-nvmc, address: 0x4000_0000, flash-size: 1 KiB, uicr: u } }",
        ":5:82: expected the name of a device above that 'n' can use, found 'u'")]
    [TestCase(
        "devices:\n  a: { type: mps2-fpgaio, address: 0x4000_0000, prescale-clock: 1 MHz }\n"
        + "  b: { type: mps2-fpgaio, address: 0x4001_0000, prescale-clock: 1 MHz }",
        ":7:6: expected one device with the input port 'buttons'")]
    [TestCase("devices: { t: ~ }", ":5:15: expected keys and values of 't', found '~'")]
    [TestCase("unimplemented: { x: { address: 0, size: 1000 } }", ":5:41: expected a multiple of 1024, found '1000'")]
    [TestCase("devices: { t: { type: mps2-scc } }", ":5:15: expected address: a number of 32 bits, as 0x4000_0000")]
    [TestCase("tags: { x: { address: 0 } }", ":5:12: expected size: a size, as 256 KiB or 0x1000")]
    public void Read_SmallBoardWithAMistake_SaysWhere(string text, string message) =>
        Refuse(TextBoards.Small + text, "b.yaml" + (message[0] == ':' ? message : ""), message);

    [TestCase("{ address: 0, size: 3 KiB }", "expected a multiple of 4096, found '3 KiB'")]
    [TestCase("{ address: 0, size: 0 }", "expected a size, as 256 KiB or 0x1000, found '0'")]
    [TestCase("{ address: 0, size: 1.3 KiB }", "expected a size, as 256 KiB or 0x1000, found '1.3 KiB'")]
    [TestCase("{ address: 0, size: 99999999999999999999 GiB }", "expected a size")]
    [TestCase("{ address: 0, size: 2 GiB }", "expected at most 2047 MiB in one piece")]
    [TestCase(
        "{ address: 0, size: 1 GiB }, n: { address: 0x8000_0000, size: 2000 MiB }",
        "expected at most 2112 MiB of memory, at 256 places")]
    [TestCase("{ address: 0x2000_0800, size: 4 KiB }", "expected a multiple of 4096, found '0x2000_0800'")]
    [TestCase(
        "{ address: 0, size: 8 KiB, aliases: [0x1000] }",
        "expected 'm' where no other memory is, but 'm' is at 0x00000000")]
    [TestCase(
        "{ address: 0, size: 8 KiB, aliases: 0xFFFF_F000 }",
        "expected the address of an alias, a multiple of 4096, with room behind it")]
    [TestCase("{ address: 0, size: 8 KiB, read-only: maybe }", "expected true or false, found 'maybe'")]
    public void Read_MemoryWithAMistake_SaysWhat(string memory, string message) => Refuse(
        "cpu: { model: cortex-m3, interrupts: 1, priority-bits: 3, clock: 1 MHz }\n" + $"memory: {{ m: {memory} }}", message);

    [TestCase(
        "model: cortex-m99, interrupts: 1, priority-bits: 3, clock: 1 MHz",
        "expected one of cortex-m0, cortex-m3, cortex-m4f, cortex-m7, i386, i386-nx, x86_64, found 'cortex-m99'")]
    [TestCase(
        "model: cortex-m3, interrupts: 497, priority-bits: 3, clock: 1 MHz",
        "expected a number from 1 to 496, found '497'")]
    [TestCase(
        "model: cortex-m0, interrupts: 33, priority-bits: 2, clock: 1 MHz",
        "expected a number from 1 to 32, found '33'")]
    [TestCase(
        "model: cortex-m3, interrupts: 1, priority-bits: 9, clock: 1 MHz",
        "expected a number from 2 to 8, found '9'")]
    [TestCase("model: cortex-m3, interrupts: 1, priority-bits: 3", "expected clock: a frequency")]
    [TestCase(
        "model: cortex-m3, interrupts: 1, priority-bits: 3, clock: 1 MHz, instruction-rate: 2 GHz",
        "expected at most 1 GHz")]
    public void Read_CpuWithAMistake_SaysWhat(string cpu, string message) =>
        Refuse($"cpu: {{ {cpu} }}\nmemory: {{ m: {{ address: 0, size: 4 KiB }} }}", message);

    [Test]
    public void Wires_SeveralToOneInterrupt_AreOred()
    {
        using var machine = Start(TextBoards.Board(TextBoards.Small
            + $"devices:\n  {Uart.Replace("irq 0", "irq 1", StringComparison.Ordinal)}\n"));
        var uart = machine.Devices.First(mapping => mapping.Device.Name == "uart0").Device;
        uart.Write(8, 0xF, 4);
        uart.Write(0, 'x', 4);
        machine.Receive(machine.InputPorts[0], (byte)'y');
        Assert.That(uart.Peek(0xC, 4), Is.EqualTo(3));
        uart.Write(0xC, 1, 4);
        Assert.That(IsPending(machine, 1), Is.True, "one of two is still high");
        uart.Write(0xC, 2, 4);
        Assert.That(machine.Devices[0].Device.Peek(0x200, 4), Is.EqualTo(2u), "NVIC_ISPR0");
    }

    private static bool IsPending(Machine machine, int number) =>
        (machine.Devices[0].Device.Peek(0x200, 4) >> number & 1) != 0;

    private static Machine Start(Board board) => new(board.Build(new BoardOptions(8), new TextOutput()));

    private static string BuiltIn(string name) => BoardCatalog.Find(name)!.Files[0].Text;

    private static void Refuse(string text, params string[] parts)
    {
        var error = Assert.Throws<BoardFileException>(() => TextBoards.Board(text));
        foreach (var part in parts)
        {
            Assert.That(error!.Message, Does.Contain(part));
        }
    }
}
