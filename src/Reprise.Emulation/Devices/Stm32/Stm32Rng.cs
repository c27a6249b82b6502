using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// Random number generator of the STM32F2 and F4 (RM0033 chapter 20, RM0090 chapter 24), which QEMU does not have. A
/// number is ready at once. What comes in on its input port is the next number's lowest byte, and an input event like
/// any other; all else are those of a generator (xorshift) that begins at <paramref name="seed"/>, the same each run.
/// </summary>
/// <param name="name">Name on the board.</param>
/// <param name="interrupt">Its interrupt.</param>
/// <param name="seed">Not zero.</param>
public sealed class Stm32Rng(string name, InterruptLine interrupt, uint seed) : RegisterDevice(name), IInputPort
{
    private const uint Control = 0x00;
    private const uint Status = 0x04;
    private const uint Data = 0x08;

    private const uint Enable = 1 << 2;
    private const uint InterruptEnable = 1 << 3;
    private const uint DataReady = 1;

    private uint _control;
    private uint _number = Next(seed);
    private bool _hasInput;

    public bool CanReceive => IsOn && !_hasInput;

    private bool IsOn => (_control & Enable) != 0;

    private bool Level => (_control & (Enable | InterruptEnable)) == (Enable | InterruptEnable);

    /// <summary>The lowest byte of the next number.</summary>
    public void Receive(byte value)
    {
        _number = (_number & ~0xFFu) | value;
        _hasInput = true;
    }

    public override void Reset()
    {
        (_control, _number, _hasInput) = (0, Next(seed), false);
        interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_number);
        writer.Write(_hasInput);
    }

    public override void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32();
        _number = reader.ReadUInt32();
        _hasInput = reader.ReadBoolean();
        interrupt.Restore(Level);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Control => _control,
        Status => IsOn ? DataReady : 0,
        Data => IsOn ? _number : 0,
        _ => 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        if (offset == Data && IsOn)
        {
            // xorshift never leaves zero, which input can make of it.
            _number = Next(_number == 0 ? seed : _number);
            _hasInput = false;
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset == Control)
        {
            _control = value & (Enable | InterruptEnable);
            interrupt.Level = Level;
        }
    }

    private static uint Next(uint number)
    {
        number ^= number << 13;
        number ^= number >> 17;
        return number ^ (number << 5);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32RngFactory : IDeviceFactory
{
    public string Type => "stm32-rng";

    public uint Size => 0x400;

    public string Example => "rng: { type: stm32-rng, address: 0x4000_0000, irq: 0, seed: 1 }";

    public IDevice Create(DeviceSite site) =>
        new Stm32Rng(site.Name, site.Line(), (uint)site.Options.Number("seed", 1, uint.MaxValue));
}
