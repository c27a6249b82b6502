using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Cmsdk;

/// <summary>
/// AHB GPIO (DDI 0479, section "AHB GPIO"): 16 pins with masked access and one combined interrupt. Nothing drives the
/// pins from outside: an output reads back what it drives, an input reads low. Unlike the APB peripherals it has byte
/// lanes. QEMU has a stub here that reads zero.
/// </summary>
public sealed class CmsdkGpio(string name, InterruptLine combinedInterrupt) : RegisterDevice(name)
{
    private const uint Data = 0x00;
    private const uint DataOutput = 0x04;
    private const uint OutputEnableSet = 0x10;
    private const uint OutputEnableClear = 0x14;
    private const uint AlternateFunctionSet = 0x18;
    private const uint AlternateFunctionClear = 0x1C;
    private const uint InterruptEnableSet = 0x20;
    private const uint InterruptEnableClear = 0x24;
    private const uint InterruptTypeSet = 0x28;
    private const uint InterruptTypeClear = 0x2C;
    private const uint InterruptPolaritySet = 0x30;
    private const uint InterruptPolarityClear = 0x34;
    private const uint InterruptStatus = 0x38;
    private const uint MaskLowByte = 0x400;
    private const uint MaskHighByte = 0x800;
    private const uint EndOfMasks = 0xC00;
    private const uint Pins = 0xFFFF;

    private uint _output;
    private uint _outputEnable;
    private uint _alternateFunction;
    private uint _interruptEnable;
    private uint _interruptEdge;
    private uint _interruptHigh;
    private uint _interruptStatus;

    private uint Levels => _output & _outputEnable;

    public override uint Read(uint offset, int size) => Peek(offset, size);

    public override uint Peek(uint offset, int size) =>
        Narrow(PeekRegister(offset & ~3u) >> (int)(8 * (offset & 3)), size);

    public override void Write(uint offset, uint value, int size)
    {
        var shift = (int)(8 * (offset & 3));
        WriteLanes(offset & ~3u, Narrow(value, size) << shift, Narrow(uint.MaxValue, size) << shift);
    }

    public override void Reset()
    {
        _output = 0;
        _outputEnable = 0;
        _alternateFunction = 0;
        _interruptEnable = 0;
        _interruptEdge = 0;
        _interruptHigh = 0;
        _interruptStatus = 0;
        combinedInterrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_output);
        writer.Write(_outputEnable);
        writer.Write(_alternateFunction);
        writer.Write(_interruptEnable);
        writer.Write(_interruptEdge);
        writer.Write(_interruptHigh);
        writer.Write(_interruptStatus);
    }

    public override void Restore(ref StateReader reader)
    {
        _output = reader.ReadUInt32();
        _outputEnable = reader.ReadUInt32();
        _alternateFunction = reader.ReadUInt32();
        _interruptEnable = reader.ReadUInt32();
        _interruptEdge = reader.ReadUInt32();
        _interruptHigh = reader.ReadUInt32();
        _interruptStatus = reader.ReadUInt32();
        combinedInterrupt.Restore(_interruptStatus != 0);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Data => Levels,
        DataOutput => _output,
        OutputEnableSet or OutputEnableClear => _outputEnable,
        AlternateFunctionSet or AlternateFunctionClear => _alternateFunction,
        InterruptEnableSet or InterruptEnableClear => _interruptEnable,
        InterruptTypeSet or InterruptTypeClear => _interruptEdge,
        InterruptPolaritySet or InterruptPolarityClear => _interruptHigh,
        InterruptStatus => _interruptStatus,
        >= MaskLowByte and < EndOfMasks => Levels & AddressMask(offset),
        _ => PeripheralId.At(offset, part: 0x20),
    };

    protected override void WriteRegister(uint offset, uint value) => WriteLanes(offset, value, uint.MaxValue);

    // Address bits 9 to 2 are the mask of the byte that the access goes to.
    private static uint AddressMask(uint offset)
    {
        var mask = (offset >> 2) & 0xFF;
        return offset < MaskHighByte ? mask : mask << 8;
    }

    private void WriteLanes(uint offset, uint value, uint lanes)
    {
        var before = Levels;
        value &= Pins;
        switch (offset)
        {
            case Data or DataOutput:
                SetOutput(value, lanes);
                break;
            case OutputEnableSet:
                _outputEnable |= value;
                break;
            case OutputEnableClear:
                _outputEnable &= ~value;
                break;
            case AlternateFunctionSet:
                _alternateFunction |= value;
                break;
            case AlternateFunctionClear:
                _alternateFunction &= ~value;
                break;
            case InterruptEnableSet:
                _interruptEnable |= value;
                break;
            case InterruptEnableClear:
                _interruptEnable &= ~value;
                break;
            case InterruptTypeSet:
                _interruptEdge |= value;
                break;
            case InterruptTypeClear:
                _interruptEdge &= ~value;
                break;
            case InterruptPolaritySet:
                _interruptHigh |= value;
                break;
            case InterruptPolarityClear:
                _interruptHigh &= ~value;
                break;
            case InterruptStatus:
                _interruptStatus &= ~value;
                break;
            case >= MaskLowByte and < EndOfMasks:
                SetOutput(value, lanes & AddressMask(offset));
                break;
            default:
                return;
        }

        Update(before);
    }

    private void SetOutput(uint value, uint mask) => _output = ((_output & ~mask) | (value & mask)) & Pins;

    private void Update(uint before)
    {
        var active = ~(Levels ^ _interruptHigh) & Pins;
        var edges = active & (before ^ Levels);
        _interruptStatus |= _interruptEnable & ((active & ~_interruptEdge) | (edges & _interruptEdge));
        combinedInterrupt.Level = _interruptStatus != 0;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class CmsdkGpioFactory : IDeviceFactory
{
    public string Type => "cmsdk-gpio";

    public string Example =>
        "gpio0: { type: cmsdk-gpio, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new CmsdkGpio(site.Name, site.OptionalLine());
}
