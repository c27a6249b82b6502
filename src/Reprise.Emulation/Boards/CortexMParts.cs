using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;
using Reprise.Emulation.Semihosting;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Boards;

/// <summary>What every board with a Cortex-M begins with: processor, memory, clock and wires; and what it adds at the end.</summary>
internal sealed class CortexMParts
{
    private const int PageSize = 1024;

    private readonly BoardOptions _options;
    private readonly Reprise.Unicorn.UnicornEngine _unicorn;
    private readonly List<DeviceMapping> _devices = [];

    /// <param name="model">The processor.</param>
    /// <param name="interrupts">Inputs of its NVIC.</param>
    /// <param name="priorityBits">Implemented bits of a priority.</param>
    /// <param name="options">The user's.</param>
    /// <param name="output">Where devices write.</param>
    /// <param name="regions">Memory.</param>
    public CortexMParts(
        CortexMModel model,
        int interrupts,
        int priorityBits,
        BoardOptions options,
        IOutputSink output,
        params RamRegion[] regions)
    {
        _options = options;
        Output = output;
        Memory = new MemoryMap(regions, PageSize);
        _unicorn = model.Open();
        Processor = new CortexMProcessor(model, _unicorn, Memory, interrupts, priorityBits);
    }

    public MemoryMap Memory { get; }

    public CortexMProcessor Processor { get; }

    public VirtualClock Clock { get; } = new();

    public Latch ResetLine { get; } = new();

    public IOutputSink Output { get; }

    /// <summary>A wire to an input of the NVIC.</summary>
    public InterruptLine Line(int number) => new(number, Processor.Exceptions.SetInterruptLine);

    /// <summary>Maps a device; the first that covers an address answers.</summary>
    public T Add<T>(ulong address, ulong size, T device)
        where T : IDevice
    {
        _devices.Add(new DeviceMapping(address, size, device));
        return device;
    }

    /// <summary>Maps what is there but not modelled: it reads as zero and ignores writes.</summary>
    public void AddUnmodelled(params (ulong Address, ulong Size, string Name)[] ranges)
    {
        foreach (var (address, size, name) in ranges)
        {
            Add(address, size, new ZeroDevice(name));
        }
    }

    /// <summary>The parts, with bit-band, private peripheral bus and semihosting.</summary>
    public MachineParts Finish()
    {
        if (Processor.Model.HasBitBand)
        {
            Add(0x2200_0000, BitBand.Size, new BitBand("sram-bits", 0x2000_0000, Memory, () => _devices));
            Add(0x4200_0000, BitBand.Size, new BitBand("peripheral-bits", 0x4000_0000, Memory, () => _devices));
        }

        AddUnmodelled((0xE000_0000, 0x10_0000, "ppb"));
        return new MachineParts
        {
            Unicorn = _unicorn,
            Memory = Memory,
            Processor = Processor,
            Clock = Clock,
            Devices = _devices,
            NanosecondsPerInstruction = _options.NanosecondsPerInstruction,
            ResetLine = ResetLine,
            Semihosting = _options.Semihosting
                ? new SemihostingCalls(Processor, Memory, Clock, Output, _options.CommandLine)
                : null,
        };
    }
}
