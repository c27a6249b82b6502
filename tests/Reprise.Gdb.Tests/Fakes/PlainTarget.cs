using Reprise.Gdb.Descriptions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Tests.Fakes;

/// <summary>A target with nothing beyond the least.</summary>
internal sealed class PlainTarget : IDebugTarget
{
    private readonly FakeTarget _target = new();

    public TargetDescription Description => _target.Description;

    public DebugStop LastStop => _target.LastStop;

    public bool TryReadRegister(int number, Span<byte> value) => _target.TryReadRegister(number, value);

    public WriteResult WriteRegister(int number, ReadOnlySpan<byte> value) => _target.WriteRegister(number, value);

    public int ReadMemory(ulong address, Span<byte> destination) => _target.ReadMemory(address, destination);

    public WriteResult WriteMemory(ulong address, ReadOnlySpan<byte> value) => _target.WriteMemory(address, value);

    public DebugStop Resume(ResumeAction action, Func<bool> interrupted) => _target.Resume(action, interrupted);

    public void Detach() => _target.Detach();

    public void Kill() => _target.Kill();
}
