using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// External interrupt controller of the STM32F1, F2 and F4 (RM0041 chapter 8, RM0033 chapter 8, RM0090 chapter 12): an
/// edge on an input, or SWIER, makes a line pending; its interrupt is high while it is pending and not masked. Events
/// (EMR) are kept without effect.
/// </summary>
public sealed class Stm32Exti(string name, IReadOnlyList<InterruptLine> interrupts) : RegisterDevice(name), IWireInputs
{
    /// <summary>Inputs, and with each of them an output: 16 pins, and 7 events of other devices.</summary>
    public const int Lines = 23;

    private const uint InterruptMask = 0x00;
    private const uint EventMask = 0x04;
    private const uint RisingTrigger = 0x08;
    private const uint FallingTrigger = 0x0C;
    private const uint SoftwareInterrupt = 0x10;
    private const uint Pending = 0x14;

    private const uint LineMask = (1 << Lines) - 1;

    private uint _interruptMask;
    private uint _eventMask;
    private uint _rising;
    private uint _falling;
    private uint _software;
    private uint _pending;
    private uint _levels;

    /// <summary>A new level at the input of a line.</summary>
    public void SetLine(int line, bool level)
    {
        var bit = 1u << line;
        if (((_levels & bit) != 0) == level)
        {
            return;
        }

        _levels ^= bit;
        if (((level ? _rising : _falling) & bit) != 0)
        {
            _pending |= bit;
            Update();
        }
    }

    /// <summary><c>line0</c> to <c>line22</c>.</summary>
    public Action<bool>? FindInput(string name)
    {
        for (var line = 0; line < Lines; line++)
        {
            if (name == $"line{line}")
            {
                var found = line;
                return level => SetLine(found, level);
            }
        }

        return null;
    }

    public override void Reset()
    {
        // The levels are those of the pins, which their own reset may change.
        (_interruptMask, _eventMask, _rising, _falling, _software, _pending) = (0, 0, 0, 0, 0, 0);
        Update();
    }

    public override void Save(StateWriter writer)
    {
        writer.Write(_interruptMask);
        writer.Write(_eventMask);
        writer.Write(_rising);
        writer.Write(_falling);
        writer.Write(_software);
        writer.Write(_pending);
        writer.Write(_levels);
    }

    public override void Restore(ref StateReader reader)
    {
        _interruptMask = reader.ReadUInt32();
        _eventMask = reader.ReadUInt32();
        _rising = reader.ReadUInt32();
        _falling = reader.ReadUInt32();
        _software = reader.ReadUInt32();
        _pending = reader.ReadUInt32();
        _levels = reader.ReadUInt32();
        for (var line = 0; line < Lines; line++)
        {
            interrupts[line].Restore(IsRequested(line));
        }
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        InterruptMask => _interruptMask,
        EventMask => _eventMask,
        RisingTrigger => _rising,
        FallingTrigger => _falling,
        SoftwareInterrupt => _software,
        Pending => _pending,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        value &= LineMask;
        switch (offset)
        {
            case InterruptMask:
                _interruptMask = value;
                break;
            case EventMask:
                _eventMask = value;
                break;
            case RisingTrigger:
                _rising = value;
                break;
            case FallingTrigger:
                _falling = value;
                break;
            case SoftwareInterrupt:
                // Only a bit that is written from zero to one asks.
                _pending |= value & ~_software;
                _software |= value;
                break;
            case Pending:
                _pending &= ~value;
                _software &= ~value;
                break;
        }

        Update();
    }

    private bool IsRequested(int line) => (_pending & _interruptMask & (1u << line)) != 0;

    private void Update()
    {
        for (var line = 0; line < Lines; line++)
        {
            interrupts[line].Level = IsRequested(line);
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32ExtiFactory : IDeviceFactory
{
    public string Type => "stm32-exti";

    public uint Size => 0x400;

    public string Example => "exti: { type: stm32-exti, address: 0x4000_0000, wires: { line0: irq 0, line1: irq 1 } }";

    public IDevice Create(DeviceSite site) => new Stm32Exti(
        site.Name, [.. Enumerable.Range(0, Stm32Exti.Lines).Select(line => site.OptionalLine($"line{line}"))]);
}
