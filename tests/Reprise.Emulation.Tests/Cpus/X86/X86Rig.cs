using System.Globalization;
using Iced.Intel;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>
/// An x86 with 1 MiB of RAM and a ROM below 4 GiB. Code is assembled to an address in RAM, and the ROM jumps there.
/// </summary>
internal sealed class X86Rig : IDisposable
{
    public const ushort Start = 0x7c00;

    private const uint RomAddress = 0xffff_0000;
    private const int PageSize = 4096;

    private readonly RamRegion _ram = new("ram", 0, 1 << 20);
    private readonly RamRegion _rom = new("rom", RomAddress, 1 << 16) { IsReadOnly = true };

    public X86Rig(Action<Assembler> program, X86Model? model = null)
    {
        var memory = new MemoryMap([_ram, _rom], PageSize);
        var clock = new VirtualClock();
        Processor = new X86Processor(model ?? X86Model.I386, memory, clock, new ClockSource(1_000_000_000), () => Ports, () => Ports);
        Ports = new TestPorts(Processor.Pins, clock);
        Machine = new Machine(new MachineParts
        {
            Unicorn = Processor.Unicorn,
            Memory = memory,
            Processor = Processor,
            Clock = clock,
            Devices =
            [
                new DeviceMapping(0, 0, Ports) { Ports = [new PortWindow(TestPorts.First, TestPorts.Count, 0)] },
                new DeviceMapping(0, 1ul << 52, new OpenBus("open-bus")),
            ],
            NanosecondsPerInstruction = 8,
        });
        _rom.Bytes[0xfff0] = 0xea; // jmp 0:Start
        BitConverter.TryWriteBytes(_rom.Bytes[0xfff1..], Start);
        Put(Start, program);
        Machine.Reset();
    }

    public Machine Machine { get; }

    public X86Processor Processor { get; }

    public TestPorts Ports { get; }

    /// <summary>Assembles 16-bit code to an address; it may switch to another width itself.</summary>
    public void Put(uint address, Action<Assembler> program, int bitness = 16)
    {
        var code = new Assembler(bitness);
        program(code);
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), address);
        Machine.Memory.Write(address, stream.ToArray());
    }

    public ulong Register(string name)
    {
        var index = Processor.Registers.ToList().FindIndex(register => register.Name == name);
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value.Clear();
        Processor.ReadRegister(index, value[..(Processor.Registers[index].Bits / 8)]);
        return BitConverter.ToUInt64(value);
    }

    /// <summary>A register that is longer.</summary>
    public byte[] Bytes(string name)
    {
        var index = Processor.Registers.ToList().FindIndex(register => register.Name == name);
        var value = new byte[Processor.Registers[index].Bits / 8];
        Processor.ReadRegister(index, value);
        return value;
    }

    /// <summary>Runs to a position in short pieces, between some of which all is saved and restored.</summary>
    public void RunInPieces(ulong end, Random random)
    {
        while (Machine.Position < end)
        {
            Machine.Run(Math.Min(end, Machine.Position + (ulong)random.Next(1, 6)));
            if (random.Next(4) == 0)
            {
                var writer = new StateWriter();
                Machine.Save(writer);
                var reader = new StateReader(writer.Written);
                Machine.Restore(ref reader);
            }
        }
    }

    /// <summary>The whole state as a value to compare.</summary>
    public string State()
    {
        var writer = new StateWriter();
        Machine.Save(writer);
        var hash = new System.IO.Hashing.XxHash64();
        hash.Append(writer.Written);
        hash.Append(_ram.Bytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Machine.Position}: {Processor.ProgramCounter:x} {hash.GetCurrentHashAsUInt64():x16} {Ports.Text.Length}");
    }

    public void Dispose()
    {
        Machine.Dispose();
        _ram.Dispose();
        _rom.Dispose();
    }
}
