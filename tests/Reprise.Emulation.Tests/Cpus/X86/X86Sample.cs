using System.Globalization;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;
using Reprise.Emulation.Tests.Boards;
using Reprise.Emulation.Tests.Machines;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>A Multiboot sample on a small PC: interrupt controller, timer, console, and a way to end the run.</summary>
internal sealed class X86Sample : IDisposable
{
    private const string SmallPc =
        """
        cpu: { model: i386, clock: 1 GHz }
        memory:
          base: { address: 0, size: 640 KiB }
          ram: { address: 0x10_0000, size: 8 MiB }
        devices:
          pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }
          pit: { type: pit-8254, ports: { counters: 0x40, speaker: 0x61 }, irq: pic.irq0 }
          uart0: { type: debug-console, ports: 0xE9 }
          exit: { type: isa-debug-exit, ports: 0xf4 }
        """;

    private readonly TextOutput _output = new();

    /// <param name="name">The sample: its folder.</param>
    /// <param name="file">Its ELF, without the extension; the same unless given.</param>
    public X86Sample(string name, string? file = null)
    {
        Path = System.IO.Path.Combine(SampleFirmware.Folder, "x86", name, (file ?? name) + ".elf");
        var image = FirmwareLoader.Load(Path, null);
        Machine = MachineBuilder.Build(TextBoards.Board(SmallPc), new BoardOptions(8), image, name, _output);
    }

    public string Path { get; }

    public Machine Machine { get; }

    public string Text => _output.Text.ToString();

    /// <summary>The whole state as a value to compare.</summary>
    public string State()
    {
        var writer = new StateWriter();
        Machine.Save(writer);
        var hash = new System.IO.Hashing.XxHash64();
        hash.Append(writer.Written);
        foreach (var region in Machine.Memory.Regions)
        {
            hash.Append(region.Bytes);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Machine.Position}: {Machine.Processor.ProgramCounter:x} {hash.GetCurrentHashAsUInt64():x16} {Text.Length}");
    }

    public void Dispose() => Machine.Dispose();
}
