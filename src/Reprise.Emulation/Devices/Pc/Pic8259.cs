using System.Globalization;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Cpus;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The pair of interrupt controllers of a PC: a master at ports 20h, a slave at A0h on the master's input 2, and their
/// edge/level registers at 4D0h. Inputs are <c>irq0</c> to <c>irq15</c>; irq2 is the slave's.
/// </summary>
/// <param name="name">Name on the board.</param>
/// <param name="request">INTR of the processor.</param>
public sealed class Pic8259(string name, InterruptLine request)
    : PortDevice(name), IWireInputs, IInterruptAcknowledge
{
    private const int Inputs = 16;
    private const int Cascade = 2;
    private const int Spurious = 7;

    private readonly Pic8259Chip _master = new(levelInputs: 0xF8, cascades: 1 << Cascade);
    private readonly Pic8259Chip _slave = new(levelInputs: 0xDE, cascades: 0);

    public Action<bool>? FindInput(string name) =>
        name.StartsWith("irq", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var input)
        && input < Inputs && input != Cascade
            ? level => SetLine(input, level)
            : null;

    public byte Acknowledge()
    {
        var input = _master.Request ?? Spurious;
        var vector = _master.VectorBase + input;
        if (input == Cascade)
        {
            var slaveInput = _slave.Request;
            vector = _slave.VectorBase + (slaveInput ?? Spurious);
            if (slaveInput is { } taken)
            {
                _slave.Acknowledge(taken);
                JoinSlave();
            }
        }

        if (_master.Request is not null)
        {
            _master.Acknowledge(input);
        }

        Update();
        return (byte)vector;
    }

    public override void Reset()
    {
        _slave.Reset();
        _master.Reset();
        Update();
    }

    public override void Save(StateWriter writer)
    {
        _master.Save(writer);
        _slave.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        _master.Restore(ref reader);
        _slave.Restore(ref reader);
        request.Restore(_master.Request is not null);
    }

    protected override byte PeekPort(uint offset) => offset switch
    {
        0 or 1 => _master.Peek(offset),
        2 or 3 => _slave.Peek(offset - 2),
        4 => _master.LevelControl,
        5 => _slave.LevelControl,
        _ => Open,
    };

    protected override void AfterRead(uint offset)
    {
        if (offset < 4)
        {
            (offset < 2 ? _master : _slave).AfterRead();
            Update();
        }
    }

    protected override void WritePort(uint offset, byte value)
    {
        switch (offset)
        {
            case 0:
                _master.WriteCommand(value);
                break;
            case 1:
                _master.WriteData(value);
                break;
            case 2:
                _slave.WriteCommand(value);
                break;
            case 3:
                _slave.WriteData(value);
                break;
            case 4:
                _master.WriteLevelControl(value);
                break;
            case 5:
                _slave.WriteLevelControl(value);
                break;
        }

        Update();
    }

    private void SetLine(int input, bool level)
    {
        (input < 8 ? _master : _slave).SetLine(input & 7, level);
        Update();
    }

    private void JoinSlave() => _master.SetLine(Cascade, _slave.Request is not null);

    private void Update()
    {
        JoinSlave();
        request.Level = _master.Request is not null;
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Pic8259Factory : IDeviceFactory
{
    public string Type => "pic-8259";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports =>
        [new("master", 2), new("slave", 2, Offset: 2), new("edges", 2, Offset: 4)];

    public string Example =>
        "pic: { type: pic-8259, ports: { master: 0x20, slave: 0xA0, edges: 0x4D0 }, wires: { intr: intr } }";

    public IDevice Create(DeviceSite site) => new Pic8259(site.Name, site.Line("intr"));
}
