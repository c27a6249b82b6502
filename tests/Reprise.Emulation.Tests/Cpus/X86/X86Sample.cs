using System.Globalization;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Cpus.X86;
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
        cpu: { model: MODEL, clock: 1 GHz }
        memory:
          base: { address: 0, size: 640 KiB }
          ram: { address: 0x10_0000, size: 8 MiB }
        devices:
          pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: lapic.lint0 } }
          lapic: { type: local-apic, address: 0xFEE0_0000, pic: pic, wires: { intr: intr } }
          pit: { type: pit-8254, ports: { counters: 0x40, speaker: 0x61 }, irq: pic.irq0 }
          uart0: { type: debug-console, ports: 0xE9 }
          exit: { type: isa-debug-exit, ports: 0xf4 }
        """;

    private readonly TextOutput _output = new();
    private readonly IReadOnlyList<FirmwareSymbol> _symbols;

    /// <param name="name">The sample: its folder.</param>
    /// <param name="file">Its ELF, without the extension; the same unless given.</param>
    /// <param name="model">The processor; its samples are in a folder of their own.</param>
    public X86Sample(string name, string? file = null, X86Model? model = null)
    {
        model ??= X86Model.I386;
        var folder = model.Is64Bit ? "x86_64" : "x86";
        Path = System.IO.Path.Combine(SampleFirmware.Folder, folder, name, (file ?? name) + ".elf");
        var image = FirmwareLoader.Load(Path, null);
        _symbols = image.Symbols;
        Machine = MachineBuilder.Build(TextBoards.Board(SmallPc.Replace("MODEL", model.Name, StringComparison.Ordinal)), new BoardOptions(8), image, name, _output);
    }

    public string Path { get; }

    /// <summary>Address of a symbol of the ELF; null when it has none of that name.</summary>
    public ulong? SymbolAddress(string name) =>
        _symbols.Where(symbol => symbol.Name == name).Select(symbol => (ulong?)symbol.Address).FirstOrDefault();

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
