namespace Reprise.Emulation.Cpus.X86;

/// <summary>An entry of the IDT (SDM volume 3, 6.11 and 6.14.1).</summary>
/// <param name="Type">What it is; <see cref="Task"/> and the four below are known.</param>
/// <param name="Selector">Of the code segment, or of the task.</param>
/// <param name="Offset">Of the handler.</param>
/// <param name="Stack">The stack of the IST; 0 for none, and outside of long mode.</param>
internal readonly record struct InterruptGate(int Type, ushort Selector, ulong Offset, int Stack)
{
    public const int Task = 5;

    private const int Interrupt16 = 6;
    private const int Trap16 = 7;
    private const int Interrupt32 = 14;
    private const int Trap32 = 15;

    /// <summary>It clears IF.</summary>
    public bool Masks => Type is Interrupt16 or Interrupt32;

    /// <summary>It pushes double words, not words.</summary>
    public bool Is32 => Type is Interrupt32 or Trap32;

    /// <summary>Reads a gate and checks that it may be used.</summary>
    /// <param name="state">The processor.</param>
    /// <param name="memory">Where the table is.</param>
    /// <param name="vector">Which entry.</param>
    /// <param name="isSoftware">For INT n: the gate must allow it.</param>
    /// <param name="gate">What was found.</param>
    /// <returns>The fault that this raises; null for none.</returns>
    public static GuestFault? Read(
        X86State state, LinearMemory memory, byte vector, bool isSoftware, out InterruptGate gate)
    {
        gate = default;
        var isLong = state.IsLongMode;
        var size = isLong ? 16u : 8;
        var error = vector * 8u + 2 + (isSoftware ? 0u : 1);
        var table = state.Segment(SegmentNumber.Idtr);
        if (vector * size + size - 1 > table.Limit)
        {
            return new GuestFault(GuestFault.Protection, error);
        }

        var address = table.Base + vector * size;
        var low = (uint)memory.Read(address, 4);
        var high = (uint)memory.Read(address + 4, 4);
        var top = isLong ? memory.Read(address + 8, 4) : 0;
        if (memory.Fault is { } missing)
        {
            return missing;
        }

        var type = (int)(high >> 8 & 0x1f);
        var isKnown = type is Interrupt32 or Trap32 || (!isLong && type is Task or Interrupt16 or Trap16);
        if (!isKnown || (isSoftware && (high >> 13 & 3) < state.PrivilegeLevel))
        {
            return new GuestFault(GuestFault.Protection, error);
        }

        if ((high & SegmentRegister.Present) == 0)
        {
            return new GuestFault(GuestFault.NotPresent, error);
        }

        var is32 = type is Interrupt32 or Trap32;
        var offset = (low & 0xffff) | (is32 ? high & 0xffff_0000 : 0) | top << 32;
        gate = new InterruptGate(type, (ushort)(low >> 16), offset, isLong ? (int)(high & 7) : 0);
        return null;
    }
}
