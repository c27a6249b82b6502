using Reprise.Emulation.Boards;
using Reprise.Emulation.Machines;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>QEMU's <c>isa-debug-exit</c>: a write ends the run, with twice the value and one as its exit status.</summary>
public sealed class IsaDebugExit(string name, ExitLatch exit) : IDevice
{
    private const byte Nothing = 0;
    private const byte Exited = 1;

    private int? _code;

    public string Name { get; } = name;

    public uint Read(uint offset, int size) => Peek(offset, size);

    public void Write(uint offset, uint value, int size) => Set((int)(value << 1 | 1));

    public uint Peek(uint offset, int size) => 0;

    public void Reset() => Set(null);

    public void Save(StateWriter writer)
    {
        writer.Write(_code is null ? Nothing : Exited);
        writer.Write((uint)_code.GetValueOrDefault());
    }

    public void Restore(ref StateReader reader)
    {
        var isExited = reader.ReadByte() != Nothing;
        var code = (int)reader.ReadUInt32();
        Set(isExited ? code : null);
    }

    private void Set(int? code)
    {
        _code = code;
        exit.Set(Name, code);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class IsaDebugExitFactory : IDeviceFactory
{
    public string Type => "isa-debug-exit";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports => [new("ports", 4)];

    public string Example => "exit: { type: isa-debug-exit, ports: 0xf4 }";

    public IDevice Create(DeviceSite site) => new IsaDebugExit(site.Name, site.Exit);
}
