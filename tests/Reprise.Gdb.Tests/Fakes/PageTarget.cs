using Reprise.Gdb.Descriptions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Tests.Fakes;

/// <summary>Endless memory full of '#', which needs an escape; stops as told.</summary>
internal sealed class PageTarget : IDebugTarget
{
    public DebugStop Stop { get; init; } = DebugStop.Step;

    public TargetDescription Description => CortexMDescription.Instance;

    public DebugStop LastStop => Stop;

    public bool TryReadRegister(int number, Span<byte> value) => true;

    public WriteResult WriteRegister(int number, ReadOnlySpan<byte> value) => WriteResult.Done;

    public int ReadMemory(ulong address, Span<byte> destination)
    {
        destination.Fill((byte)'#');
        return destination.Length;
    }

    public WriteResult WriteMemory(ulong address, ReadOnlySpan<byte> value) => WriteResult.Done;

    public DebugStop Resume(ResumeAction action, Func<bool> interrupted) => Stop;

    public void Detach()
    {
    }

    public void Kill()
    {
    }
}
