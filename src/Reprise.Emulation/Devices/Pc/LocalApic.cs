using Reprise.Emulation.Boards;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.Cpus.X86;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The local APIC of the only processor (Intel SDM volume 3, chapter 11): vectors of its timer, of an I/O APIC and of
/// itself by priority, and the PIC's interrupts through LINT0, which lets them pass at power-on as on QEMU. Messages to
/// other processors reach nobody.
/// </summary>
public sealed class LocalApic : RegisterDevice, ILocalApic, IWireInputs
{
    private const uint Id = 0x20;
    private const uint Version = 0x30;
    private const uint TaskPriority = 0x80;
    private const uint ProcessorPriority = 0xA0;
    private const uint EndOfInterrupt = 0xB0;
    private const uint LogicalDestination = 0xD0;
    private const uint DestinationFormat = 0xE0;
    private const uint Spurious = 0xF0;
    private const uint CommandLow = 0x300;
    private const uint CommandHigh = 0x310;
    private const uint LvtTimer = 0x320;
    private const uint LvtLint0 = 0x350;
    private const uint LvtError = 0x370;
    private const uint InitialCount = 0x380;
    private const uint CurrentCount = 0x390;
    private const uint Divide = 0x3E0;

    private const uint VersionValue = 0x0005_0014; // five entries above the first, as QEMU 7.2
    private const uint Enabled = 0x100; // of the spurious vector's register
    private const uint Masked = 1 << 16; // of an LVT entry, and below
    private const uint Periodic = 1 << 17;
    private const uint ExternalInterrupt = 7 << 8;
    private const uint ModeMask = 7 << 8;
    private const int LvtEntries = 6;

    // The interrupt command (11.6.1).
    private const uint LogicalMode = 0x800;
    private const uint NonMaskable = 4;
    private const uint Init = 5;
    private const uint OthersOnly = 3;
    private const uint Deasserts = 0x8000; // of these two bits, which ends an INIT of old processors
    private const uint Assertion = 0xC000;

    // IA32_APIC_BASE (11.4.4): enabled, of the processor that boots.
    private const ulong GloballyEnabled = 1 << 11;
    private const ulong Boots = 1 << 8;
    private const ulong BaseAddress = 0xFFFF_F000;
    private const ulong DefaultBase = 0xFEE0_0000;

    private readonly IInterruptAcknowledge? _pic;
    private readonly InterruptLine _request;
    private readonly Action _pulseNmi;
    private readonly Action? _pulseInit;
    private readonly LocalApicTimer _timer;
    private readonly VectorSet _requested = new();
    private readonly VectorSet _inService = new();
    private readonly VectorSet _levelTriggered = new();
    private readonly uint[] _lvt = new uint[LvtEntries];
    private uint _id;
    private uint _taskPriority;
    private uint _logical;
    private uint _format;
    private uint _spurious;
    private uint _commandLow;
    private uint _commandHigh;
    private bool _lint0;
    private ulong _base;

    /// <param name="name">Name on the board.</param>
    /// <param name="clock">The machine's clock.</param>
    /// <param name="pic">Whose interrupts come in on LINT0.</param>
    /// <param name="request">INTR of the processor.</param>
    /// <param name="pulseNmi">Its NMI, which messages to itself may raise.</param>
    /// <param name="pulseInit">Its INIT, likewise; null when nobody takes it.</param>
    public LocalApic(
        string name,
        VirtualClock clock,
        IInterruptAcknowledge? pic,
        InterruptLine request,
        Action pulseNmi,
        Action? pulseInit = null)
        : base(name)
    {
        _pic = pic;
        _request = request;
        _pulseNmi = pulseNmi;
        _pulseInit = pulseInit;
        _timer = new LocalApicTimer(name, clock, OnTimer);
        PowerOn();
    }

    /// <summary>Told of the end of a level-triggered interrupt.</summary>
    public event Action<byte>? LevelEnded;

    private bool IsOn => (_spurious & Enabled) != 0;

    private bool PassesPic => !IsEnabled || (_lvt[(LvtLint0 - LvtTimer) / 16] & (Masked | ModeMask)) == ExternalInterrupt;

    private uint Priority
    {
        get
        {
            var serviced = _inService.Highest & 0xF0;
            return _inService.Highest >= 0 && serviced > (_taskPriority & 0xF0) ? (uint)serviced : _taskPriority;
        }
    }

    private int Deliverable =>
        IsOn && _requested.Highest is var highest && highest >= 0 && (highest & 0xF0) > (Priority & 0xF0) ? highest : -1;

    /// <summary>
    /// Disabled, it lets the PIC's interrupts pass, and can't be enabled again (11.4.3, of the P6 family). Its registers stay
    /// where they are on the board, whatever address is written, as on QEMU.
    /// </summary>
    public ulong BaseRegister
    {
        get => _base;
        set
        {
            _base = (value & BaseAddress) | (_base & Boots) | (_base & value & GloballyEnabled);
            if (!IsEnabled)
            {
                _spurious &= ~Enabled;
            }

            Update();
        }
    }

    public bool IsEnabled => (_base & GloballyEnabled) != 0;

    public byte TaskPriorityClass
    {
        get => (byte)(_taskPriority >> 4);
        set
        {
            _taskPriority = (uint)value << 4;
            Update();
        }
    }

    public Action<bool>? FindInput(string name) => name == "lint0" ? SetLint0 : null;

    public byte Acknowledge()
    {
        var vector = Deliverable;
        if (vector < 0)
        {
            return PassesPic && _pic is not null ? _pic.Acknowledge() : (byte)_spurious;
        }

        _requested.Remove(vector);
        _inService.Add(vector);
        Update();
        return (byte)vector;
    }

    /// <summary>A message on the APIC bus.</summary>
    /// <param name="destination">Whom it is for, physical or logical.</param>
    /// <param name="isLogical">Which of the two.</param>
    /// <param name="vector">Of the interrupt.</param>
    /// <param name="isLevel">Its end is told to the sender.</param>
    public void Deliver(byte destination, bool isLogical, byte vector, bool isLevel)
    {
        if (IsMeant(destination, isLogical))
        {
            Request(vector, isLevel);
        }
    }

    public override void Reset()
    {
        PowerOn();
        _request.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        _timer.Save(writer);
        _requested.Save(writer);
        _inService.Save(writer);
        _levelTriggered.Save(writer);
        foreach (var entry in _lvt)
        {
            writer.Write(entry);
        }

        writer.Write(_id);
        writer.Write(_taskPriority);
        writer.Write(_logical);
        writer.Write(_format);
        writer.Write(_spurious);
        writer.Write(_commandLow);
        writer.Write(_commandHigh);
        writer.Write(_lint0);
        writer.Write(_base);
    }

    public override void Restore(ref StateReader reader)
    {
        _timer.Restore(ref reader);
        _requested.Restore(ref reader);
        _inService.Restore(ref reader);
        _levelTriggered.Restore(ref reader);
        foreach (ref var entry in _lvt.AsSpan())
        {
            entry = reader.ReadUInt32();
        }

        _id = reader.ReadUInt32();
        _taskPriority = reader.ReadUInt32();
        _logical = reader.ReadUInt32();
        _format = reader.ReadUInt32();
        _spurious = reader.ReadUInt32();
        _commandLow = reader.ReadUInt32();
        _commandHigh = reader.ReadUInt32();
        _lint0 = reader.ReadBoolean();
        _base = reader.ReadUInt64() & (BaseAddress | GloballyEnabled | Boots);
        _request.Restore(IsRequesting);
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        _ when (offset & 15) != 0 => 0,
        Id => _id,
        Version => VersionValue,
        TaskPriority => _taskPriority,
        ProcessorPriority => Priority,
        LogicalDestination => _logical,
        DestinationFormat => _format,
        Spurious => _spurious,
        >= 0x100 and < 0x180 => _inService[(offset - 0x100) / 16],
        >= 0x180 and < 0x200 => _levelTriggered[(offset - 0x180) / 16],
        >= 0x200 and < 0x280 => _requested[(offset - 0x200) / 16],
        CommandLow => _commandLow,
        CommandHigh => _commandHigh,
        >= LvtTimer and <= LvtError => _lvt[(offset - LvtTimer) / 16],
        InitialCount => _timer.Initial,
        CurrentCount => _timer.Count,
        Divide => _timer.Divide,
        _ => 0, // ESR too: no error is ever noted
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Id:
                _id = value & 0xFF00_0000;
                break;
            case TaskPriority:
                _taskPriority = value & 0xFF;
                break;
            case EndOfInterrupt:
                End();
                break;
            case LogicalDestination:
                _logical = value & 0xFF00_0000;
                break;
            case DestinationFormat:
                _format = value | 0x0FFF_FFFF;
                break;
            case Spurious:
                _spurious = value & 0x1FF;
                break;
            case CommandLow:
                _commandLow = value & ~0x1000u; // it is sent at once
                Send();
                break;
            case CommandHigh:
                _commandHigh = value;
                break;
            case >= LvtTimer and <= LvtError when offset % 16 == 0:
                _lvt[(offset - LvtTimer) / 16] = value & 0x3_FFFF;
                _timer.IsPeriodic = (_lvt[0] & Periodic) != 0;
                break;
            case InitialCount:
                _timer.Start(value);
                break;
            case Divide:
                _timer.Divide = value & 0xB;
                break;
        }

        Update();
    }

    private bool IsRequesting => Deliverable >= 0 || (_lint0 && PassesPic);

    private void SetLint0(bool level)
    {
        var entry = _lvt[(LvtLint0 - LvtTimer) / 16];
        if (level && !_lint0 && (entry & (Masked | ModeMask)) == 0)
        {
            Request((byte)entry, isLevel: false);
        }

        _lint0 = level;
        Update();
    }

    private void OnTimer()
    {
        if ((_lvt[0] & Masked) == 0)
        {
            Request((byte)_lvt[0], isLevel: false);
        }
    }

    // Vectors below 16 are errors.
    private void Request(byte vector, bool isLevel)
    {
        if (vector < 16)
        {
            return;
        }

        _requested.Add(vector);
        if (isLevel)
        {
            _levelTriggered.Add(vector);
        }
        else
        {
            _levelTriggered.Remove(vector);
        }

        Update();
    }

    private void End()
    {
        var vector = _inService.Highest;
        if (vector < 0)
        {
            return;
        }

        _inService.Remove(vector);
        if (_levelTriggered.Contains(vector))
        {
            LevelEnded?.Invoke((byte)vector);
        }
    }

    // Shorthands 1 and 2 include the sender; what starts processors concerns others.
    private void Send()
    {
        var shorthand = _commandLow >> 18 & 3;
        var isForItself = shorthand == 0
            ? IsMeant((byte)(_commandHigh >> 24), (_commandLow & LogicalMode) != 0)
            : shorthand != OthersOnly;
        switch (_commandLow >> 8 & 7)
        {
            case 0 or 1 when isForItself:
                Request((byte)_commandLow, isLevel: false);
                break;
            case NonMaskable when isForItself:
                _pulseNmi();
                break;
            case Init when isForItself && (_commandLow & Assertion) != Deasserts:
                Initialize();
                break;
        }
    }

    // As after power-on, but for its number (11.4.7.3).
    private void Initialize()
    {
        var (id, address, lint0) = (_id, _base, _lint0);
        PowerOn();
        (_id, _base, _lint0) = (id, address, lint0);
        _pulseInit?.Invoke();
    }

    private bool IsMeant(byte destination, bool isLogical) =>
        isLogical ? IsLogically(destination) : destination is 0xFF || destination == _id >> 24;

    // Flat model: a bit each; cluster model: four bits of cluster, four of members.
    private bool IsLogically(byte destination)
    {
        var own = (byte)(_logical >> 24);
        return _format >> 28 == 0xF
            ? (own & destination) != 0
            : (own & 0xF0) == (destination & 0xF0) && (own & destination & 0x0F) != 0;
    }

    private void Update() => _request.Level = IsRequesting;

    private void PowerOn()
    {
        _timer.Reset();
        _requested.Clear();
        _inService.Clear();
        _levelTriggered.Clear();
        Array.Fill(_lvt, Masked);
        _lvt[(LvtLint0 - LvtTimer) / 16] = ExternalInterrupt;
        (_id, _taskPriority, _logical, _format, _spurious) = (0, 0, 0, uint.MaxValue, 0xFF);
        (_commandLow, _commandHigh, _lint0) = (0, 0, false);
        _base = DefaultBase | GloballyEnabled | Boots;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class LocalApicFactory : IDeviceFactory
{
    public string Type => "local-apic";

    public string Example =>
        """
        pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0 }, wires: { intr: lapic.lint0 } }
        lapic: { type: local-apic, address: 0xFEE0_0000, pic: pic, wires: { intr: intr, nmi: nmi } }
        """;

    public IDevice Create(DeviceSite site) => new LocalApic(
        site.Name, site.Clock, site.OptionalDevice<IInterruptAcknowledge>("pic"), site.Line("intr"), site.Pulse("nmi"), site.Pulse("init"));
}
