using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;
using Reprise.TimeTravel.Recording;

namespace Reprise.TimeTravel.Travel;

/// <summary>What each kind of input event is to a machine: which ones it can take, and what they do.</summary>
internal sealed class MachineInputs(Machine machine)
{
    /// <summary>Bytes of a device that one event writes: a page, into which debuggers' writes are cut.</summary>
    private const int MostDeviceBytes = 4096;

    private readonly Dictionary<string, IInputPort> _ports = machine.InputPorts.ToDictionary(port => port.Name);

    /// <summary>False for an event that names what the machine does not have, or whose data is not that of its kind.</summary>
    public bool CanTake(InputEvent input)
    {
        var data = input.Data.Span;
        return (InputKind)input.Kind switch
        {
            InputKind.Port => _ports.ContainsKey(input.Port),
            InputKind.Memory => data.Length >= sizeof(ulong)
                && IsMemory(BitConverter.ToUInt64(data), data.Length - sizeof(ulong)),
            InputKind.Register => data.Length > 1
                && data[0] < machine.Processor.Registers.Count
                && data.Length - 1 <= (machine.Processor.Registers[data[0]].Bits + 7) / 8,
            InputKind.Reset => data.IsEmpty,
            InputKind.Hold => data.Length == 1 && data[0] <= (byte)StepHolds.All,
            InputKind.Device => data.Length is > sizeof(ulong) and <= sizeof(ulong) + MostDeviceBytes,
            InputKind.HostReply => machine.HasSemihosting && data.Length >= HostReply.HeaderLength,
            _ => false,
        };
    }

    /// <summary>Lets the machine have an event that it can take, at the event's position.</summary>
    public void Apply(InputEvent input)
    {
        var data = input.Data.Span;
        switch ((InputKind)input.Kind)
        {
            case InputKind.Port:
                foreach (var value in data)
                {
                    machine.Receive(_ports[input.Port], value);
                }

                break;
            case InputKind.Memory:
                machine.Poke(BitConverter.ToUInt64(data), data[sizeof(ulong)..]);
                break;
            case InputKind.Register:
                machine.WriteRegister(data[0], data[1..]);
                break;
            case InputKind.Reset:
                machine.Reset();
                break;
            case InputKind.Hold:
                machine.Hold((StepHolds)data[0]);
                break;
            case InputKind.Device:
                machine.WriteDevice(BitConverter.ToUInt64(data), data[sizeof(ulong)..]);
                break;
            case InputKind.HostReply:
                machine.Reply(HostReply.Parse(input.Data));
                break;
        }
    }

    private bool IsMemory(ulong address, int length)
    {
        for (var at = 0; at < length; at++)
        {
            if (!machine.Memory.TryFind(address + (ulong)at, out _, out _))
            {
                return false;
            }
        }

        return true;
    }
}
