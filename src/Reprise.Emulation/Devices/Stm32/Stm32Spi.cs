using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// SPI of the STM32F1, F2 and F4 (RM0033 chapter 25, RM0090 chapter 28), to which nothing is connected: a word sent is
/// gone at once, and zero comes back, as in QEMU. There is no CRC, no I2S and no overrun.
/// </summary>
public sealed class Stm32Spi(string name, InterruptLine interrupt) : RegisterDevice(name)
{
    private const uint Control1 = 0x00;
    private const uint Control2 = 0x04;
    private const uint Status = 0x08;
    private const uint Data = 0x0C;
    private const uint CrcPolynomial = 0x10;
    private const uint I2SConfiguration = 0x1C;
    private const uint I2SPrescaler = 0x20;

    private const uint ReceiveNotEmpty = 1;
    private const uint TransmitEmpty = 2;

    // CHSIDE, which QEMU sets at reset too.
    private const uint Idle = 0x08 | TransmitEmpty;

    // CR2: RXNEIE and TXEIE stand six places above their flags in SR.
    private const int InterruptShift = 6;

    private const uint PowerOnPolynomial = 7;
    private const uint PowerOnPrescaler = 2;

    private uint _control1;
    private uint _control2;
    private uint _crcPolynomial = PowerOnPolynomial;
    private uint _i2sConfiguration;
    private uint _i2sPrescaler = PowerOnPrescaler;
    private bool _received;

    private uint Flags => _received ? Idle | ReceiveNotEmpty : Idle;

    private bool Level => (Flags & (_control2 >> InterruptShift) & (ReceiveNotEmpty | TransmitEmpty)) != 0;

    public override void Reset()
    {
        (_control1, _control2, _i2sConfiguration) = (0, 0, 0);
        (_crcPolynomial, _i2sPrescaler) = (PowerOnPolynomial, PowerOnPrescaler);
        _received = false;
        interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_control1);
        writer.Write(_control2);
        writer.Write(_crcPolynomial);
        writer.Write(_i2sConfiguration);
        writer.Write(_i2sPrescaler);
        writer.Write(_received);
    }

    public override void Restore(ref StateReader reader)
    {
        _control1 = reader.ReadUInt32();
        _control2 = reader.ReadUInt32();
        _crcPolynomial = reader.ReadUInt32();
        _i2sConfiguration = reader.ReadUInt32();
        _i2sPrescaler = reader.ReadUInt32();
        _received = reader.ReadBoolean();
        interrupt.Restore(Level);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Control1 => _control1,
        Control2 => _control2,
        Status => Flags,
        CrcPolynomial => _crcPolynomial,
        I2SConfiguration => _i2sConfiguration,
        I2SPrescaler => _i2sPrescaler,
        _ => 0,
    };

    protected override uint ReadRegister(uint offset)
    {
        if (offset == Data)
        {
            _received = false;
            interrupt.Level = Level;
        }

        return PeekRegister(offset);
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Control1:
                _control1 = value & 0xFFFF;
                break;
            case Control2:
                _control2 = value & 0xF7;
                break;
            case Data:
                _received = true;
                break;
            case CrcPolynomial:
                _crcPolynomial = value & 0xFFFF;
                break;
            case I2SConfiguration:
                _i2sConfiguration = value & 0xFBF;
                break;
            case I2SPrescaler:
                _i2sPrescaler = value & 0x3FF;
                break;
        }

        interrupt.Level = Level;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32SpiFactory : IDeviceFactory
{
    public string Type => "stm32-spi";

    public uint Size => 0x400;

    public string Example => "spi0: { type: stm32-spi, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Stm32Spi(site.Name, site.Line());
}
