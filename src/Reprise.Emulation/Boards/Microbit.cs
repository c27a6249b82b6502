using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Nordic;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Boards;

/// <summary>
/// BBC micro:bit with an nRF51822, as QEMU has it: 256 KiB of flash, 16 KiB of RAM, a Cortex-M0 at 16 MHz. Peripherals
/// that are not modelled read as zero, over the whole of their range.
/// </summary>
public sealed class Microbit : IBoard
{
    private const uint SystemClock = 16_000_000;
    private const uint FlashSize = 0x4_0000;
    private const ulong DeviceSize = 0x1000;
    private const uint RandomSeed = 0x6D62_6974;

    public string Name => "microbit";

    public string Description => "BBC micro:bit (nRF51822, Cortex-M0)";

    /// <summary>8 ns an instruction, as QEMU's <c>-icount shift=3</c>.</summary>
    public ulong DefaultClock => 125_000_000;

    public MachineParts Build(BoardOptions options, IOutputSink output)
    {
        var parts = new CortexMParts(
            CortexMModel.M0,
            interrupts: 32,
            priorityBits: 2,
            options,
            output,
            new RamRegion("flash", 0, (int)FlashSize) { IsReadOnly = true },
            new RamRegion("sram", 0x2000_0000, 0x4000));
        parts.Add(
            SystemControlSpace.BaseAddress,
            DeviceSize,
            new SystemControlSpace(parts.Processor.Exceptions, parts.Clock, SystemClock, referenceFrequency: 0));
        parts.Add(0x4000_0000, DeviceSize, new Nrf51Clock("clock", parts.Line(0)));
        parts.Add(0x4000_2000, DeviceSize, new Nrf51Uart("uart0", parts.Line(2), output));
        parts.Add(0x4000_3000, DeviceSize, new MicrobitTwi("twi"));
        for (var i = 0; i < 3; i++)
        {
            parts.Add(
                0x4000_8000 + ((ulong)i * DeviceSize),
                DeviceSize,
                new Nrf51Timer($"timer{i}", parts.Clock, parts.Line(8 + i)));
        }

        parts.Add(0x4000_D000, DeviceSize, new Nrf51Rng("rng", parts.Clock, parts.Line(13), RandomSeed));
        parts.Add(0x5000_0000, DeviceSize, new Nrf51Gpio("gpio"));
        AddFlash(parts);
        parts.AddUnmodelled((0x4000_0000, 0x2000_0000, "io"), (0xF000_0000, 0x1000_0000, "private"));
        return parts.Finish();
    }

    private static void AddFlash(CortexMParts parts)
    {
        parts.Add(0x1000_0000, 0x400, new Nrf51Ficr("ficr", FlashSize));
        var uicr = parts.Add(0x1000_1000, 0x400, new Nrf51Uicr("uicr"));
        var controller = parts.Add(
            0x4001_E000, DeviceSize, new Nrf51Nvmc("nvmc", parts.Memory, FlashSize, uicr));
        uicr.IsWritable = () => controller.WritesFlash;
        parts.Add(0, FlashSize, new Nrf51Flash("flash", 0, parts.Memory, controller));
    }
}
