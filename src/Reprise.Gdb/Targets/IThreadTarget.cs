namespace Reprise.Gdb.Targets;

/// <summary>A target that tells what its CPU is and does.</summary>
public interface IThreadTarget
{
    /// <summary>The CPU model, such as <c>cortex-m3</c>.</summary>
    string ThreadName { get; }

    /// <summary>One word: <c>running</c>, or <c>halted</c> while it waits for an interrupt.</summary>
    string ThreadState { get; }
}
