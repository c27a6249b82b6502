using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Mps2;

/// <summary>
/// Serial communication controller of the MPS2 FPGA images (AN385, section "SCC"): board configuration, and requests
/// to the board's microcontroller, which are answered at once. Of these only the oscillators exist, as in QEMU.
/// </summary>
public sealed class Mps2Scc : RegisterDevice
{
    private const uint Config0 = 0x000;
    private const uint Config1 = 0x004;
    private const uint Config4 = 0x010;
    private const uint ConfigDataReturn = 0x0A0;
    private const uint ConfigDataOut = 0x0A4;
    private const uint ConfigControl = 0x0A8;
    private const uint ConfigStatus = 0x0AC;
    private const uint Dll = 0x100;
    private const uint FpgaBuild = 0xFF8;
    private const uint FpgaId = 0xFFC;

    private const uint An385BoardRevision = 2;
    private const uint An385Build = 0x0020_0008;
    private const uint An385Id = 0x4104_3850;
    private const uint DllAtReset = 0xFFFF_0001;
    private const uint DllWritable = 0xFF00_0000;

    private const uint Start = 1u << 31;
    private const uint WriteRequest = 1u << 30;
    private const int FunctionShift = 20;
    private const uint FunctionMask = 0x3F;
    private const uint DeviceMask = 0xFFF;
    private const uint OscillatorFunction = 1;
    private const uint Done = 1;
    private const uint Error = 2;

    private readonly uint[] _oscillators = new uint[3];
    private uint _config0;
    private uint _config1;
    private uint _dataReturn;
    private uint _dataOut;
    private uint _control;
    private uint _status;
    private uint _dll;

    public Mps2Scc(string name)
        : base(name) => Reset();

    public override void Reset()
    {
        _config0 = 0;
        _config1 = 0;
        _dataReturn = 0;
        _dataOut = 0;
        _control = 0;
        _status = 0;
        _dll = DllAtReset;
        _oscillators[0] = 50_000_000;
        _oscillators[1] = 24_576_000;
        _oscillators[2] = 25_000_000;
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_config0);
        writer.Write(_config1);
        writer.Write(_dataReturn);
        writer.Write(_dataOut);
        writer.Write(_control);
        writer.Write(_status);
        writer.Write(_dll);
        foreach (var oscillator in _oscillators)
        {
            writer.Write(oscillator);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        _config0 = reader.ReadUInt32();
        _config1 = reader.ReadUInt32();
        _dataReturn = reader.ReadUInt32();
        _dataOut = reader.ReadUInt32();
        _control = reader.ReadUInt32();
        _status = reader.ReadUInt32();
        _dll = reader.ReadUInt32();
        for (var i = 0; i < _oscillators.Length; i++)
        {
            _oscillators[i] = reader.ReadUInt32();
        }
    }

    // CFG3, the switches, reads zero: they are all off. CFG2, CFG5, CFG6 and CFG7 are reserved on AN385.
    protected override uint PeekRegister(uint offset) => offset switch
    {
        Config0 => _config0,
        Config1 => _config1,
        Config4 => An385BoardRevision,
        ConfigDataReturn => _dataReturn,
        ConfigDataOut => _dataOut,
        ConfigControl => _control,
        ConfigStatus => _status,
        Dll => _dll,
        FpgaBuild => An385Build,
        FpgaId => An385Id,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Config0:
                _config0 = value;
                break;
            case Config1:
                _config1 = value;
                break;
            case ConfigDataOut:
                _dataOut = value;
                break;
            case ConfigControl:
                _control = value & ~Start;
                _status = (value & Start) != 0 ? Request(value) : _status & ~(Done | Error);
                break;
            case Dll:
                _dll = (_dll & ~DllWritable) | (value & DllWritable);
                break;
        }
    }

    private uint Request(uint control)
    {
        var device = control & DeviceMask;
        if (((control >> FunctionShift) & FunctionMask) != OscillatorFunction || device >= _oscillators.Length)
        {
            return Done | Error;
        }

        if ((control & WriteRequest) != 0)
        {
            _oscillators[device] = _dataOut;
        }
        else
        {
            _dataReturn = _oscillators[device];
        }

        return Done;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Mps2SccFactory : IDeviceFactory
{
    public string Type => "mps2-scc";

    public IDevice Create(DeviceSite site) => new Mps2Scc(site.Name);
}
