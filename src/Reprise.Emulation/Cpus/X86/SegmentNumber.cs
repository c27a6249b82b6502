namespace Reprise.Emulation.Cpus.X86;

/// <summary>Segment and table registers in the order of their numbers in instructions, then the tables.</summary>
internal enum SegmentNumber
{
    Es,
    Cs,
    Ss,
    Ds,
    Fs,
    Gs,
    Ldtr,
    Tr,
    Gdtr,
    Idtr,
}
