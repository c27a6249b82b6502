namespace Reprise.Emulation.Cpus.X86;

/// <summary>Which I/O ports an instruction may access; Unicorn allows all.</summary>
/// <param name="state">The registers.</param>
/// <param name="memory">Where the task's state is.</param>
internal sealed class PortRights(X86State state, LinearMemory memory)
{
    private const uint TaskStateLength = 104;
    private const uint MapPointer = 0x66;

    /// <summary>The I/O privilege level, and then the map in the task's state (SDM volume 1, 18.5).</summary>
    public bool Allows(ushort port, int count)
    {
        var level = (int)(state.ControlFlags >> 12 & 3);
        if ((state.Cr0 & 1) == 0
            || (state.PrivilegeLevel <= level && (state.ControlFlags & X86State.VirtualMode) == 0))
        {
            return true;
        }

        var task = state.Segment(SegmentNumber.Tr);
        if ((task.Flags >> 8 & 0x1d) != 9 || task.Limit < TaskStateLength - 1)
        {
            return false;
        }

        memory.Begin();
        var offset = (uint)memory.Read(task.Base + MapPointer, 2) + port / 8u;
        if (offset + 1 > task.Limit)
        {
            return false;
        }

        var bits = (uint)memory.Read(task.Base + offset, 2) >> port % 8;
        return memory.Fault is null && (bits & ((1u << count) - 1)) == 0;
    }
}
