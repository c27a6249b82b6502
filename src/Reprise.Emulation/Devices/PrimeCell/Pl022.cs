using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.PrimeCell;

/// <summary>
/// The synchronous serial port PL022 (DDI 0194) as master, with FIFOs of eight words. As on QEMU a word takes no time,
/// but waits while the receive FIFO is full, so that firmware which first sends and then reads loses nothing; format,
/// rate and DMA are kept without effect.
/// </summary>
public sealed class Pl022 : RegisterDevice
{
    private const uint Control0 = 0x00;
    private const uint Control1 = 0x04;
    private const uint Data = 0x08;
    private const uint Status = 0x0C;
    private const uint Prescale = 0x10;
    private const uint InterruptMask = 0x14;
    private const uint RawInterruptStatus = 0x18;
    private const uint MaskedInterruptStatus = 0x1C;

    private const uint LoopBack = 1;
    private const uint Enable = 2;
    private const uint TransmitEmpty = 1;
    private const uint TransmitNotFull = 2;
    private const uint ReceiveNotEmpty = 4;
    private const uint ReceiveFull = 8;
    private const uint Busy = 16;
    private const uint ReceiveInterrupt = 4;
    private const uint TransmitInterrupt = 8;
    private const int Depth = 8;
    private const uint Nobody = 0xFFFF; // the line is pulled up while the device is not selected

    private readonly InterruptLine _interrupt;
    private readonly ISpiDevice? _device;
    private readonly PrimeCellId _id;
    private readonly WordQueue _sent = new("a PL022's transmit FIFO", Depth);
    private readonly WordQueue _received = new("a PL022's receive FIFO", Depth);
    private uint _control0;
    private uint _control1;
    private uint _prescale;
    private uint _mask;

    /// <param name="name">Name on the board.</param>
    /// <param name="interrupt">SSPINTR, all interrupts in one.</param>
    /// <param name="device">What is at the bus; null for nothing, of which zeros come back.</param>
    /// <param name="id">Its identification.</param>
    internal Pl022(string name, InterruptLine interrupt, ISpiDevice? device, PrimeCellId id)
        : base(name)
    {
        (_interrupt, _device, _id) = (interrupt, device, id);
    }

    private uint WordMask => (2u << (int)(_control0 & 15)) - 1;

    private uint Raw =>
        (_received.Count >= Depth / 2 ? ReceiveInterrupt : 0) | (_sent.Count <= Depth / 2 ? TransmitInterrupt : 0);

    private bool InterruptLevel => (Raw & _mask) != 0;

    public override void Reset()
    {
        _sent.Clear();
        _received.Clear();
        (_control0, _control1, _prescale, _mask) = (0, 0, 0, 0);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        foreach (var value in (ReadOnlySpan<uint>)[_control0, _control1, _prescale, _mask])
        {
            writer.Write(value);
        }

        _sent.Save(writer);
        _received.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _control0 = reader.ReadUInt32();
        _control1 = reader.ReadUInt32();
        _prescale = reader.ReadUInt32();
        _mask = reader.ReadUInt32();
        _sent.Restore(ref reader);
        _received.Restore(ref reader);
        _interrupt.Restore(InterruptLevel);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Control0 => _control0,
        Control1 => _control1,
        Data => _received.First,
        Status => (_sent.Count == 0 ? TransmitEmpty : Busy)
            | (_sent.Count < Depth ? TransmitNotFull : 0)
            | (_received.Count > 0 ? ReceiveNotEmpty : 0)
            | (_received.Count == Depth ? ReceiveFull : 0),
        Prescale => _prescale,
        InterruptMask => _mask,
        RawInterruptStatus => Raw,
        MaskedInterruptStatus => Raw & _mask,
        _ => _id.At(offset),
    };

    protected override uint ReadRegister(uint offset)
    {
        var value = PeekRegister(offset);
        if (offset == Data && _received.TryTake(out _))
        {
            Exchange();
        }

        return value;
    }

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Control0:
                _control0 = value;
                break;
            case Control1:
                _control1 = value;
                break;
            case Data:
                _sent.Add(value & WordMask);
                break;
            case Prescale:
                _prescale = value & 0xFF;
                break;
            case InterruptMask:
                _mask = value;
                break;
            default:
                return;
        }

        Exchange();
    }

    private void Exchange()
    {
        while ((_control1 & Enable) != 0 && _received.Count < Depth && _sent.TryTake(out var word))
        {
            _received.Add(WordMask & ((_control1 & LoopBack) != 0 ? word
                : _device is null ? 0
                : _device.IsSelected ? _device.Exchange(word)
                : Nobody));
        }

        Update();
    }

    private void Update() => _interrupt.Level = InterruptLevel;
}

/// <summary>Makes it for board files.</summary>
internal sealed class Pl022Factory : IDeviceFactory
{
    public string Type => "pl022";

    public string Example => "ssi0: { type: pl022, address: 0x4000_0000, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Pl022(
        site.Name,
        site.Line(),
        site.OptionalDevice<ISpiDevice>("device"),
        VariantOption.Read(site) == Variant.Stellaris ? PrimeCellId.Stellaris(0x22) : PrimeCellId.Arm(0x22, revision: 0));
}
