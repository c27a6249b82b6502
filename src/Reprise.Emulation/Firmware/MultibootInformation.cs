namespace Reprise.Emulation.Firmware;

/// <summary>Where the information for a Multiboot kernel lies, below the first MiB.</summary>
internal static class MultibootInformation
{
    private const uint Usual = 0x9000; // as QEMU has it
    private const uint Highest = 0x8_0000; // below what a BIOS keeps at the end of 640 KiB
    private const uint Length = 0x1000;
    private const uint Step = 0x1_0000;

    /// <summary>The page of it: the usual one, or, where the kernel is there, the highest of some that it leaves free.</summary>
    /// <param name="kernel">What is loaded, from each first address to the one behind the last.</param>
    public static uint PlaceBeside(IReadOnlyCollection<(ulong Start, ulong End)> kernel)
    {
        for (var place = Highest; !IsFree(Usual) && place > 0; place -= Step)
        {
            if (IsFree(place))
            {
                return place;
            }
        }

        return Usual;

        bool IsFree(uint place) => kernel.All(range => range.End <= place || range.Start >= place + Length);
    }
}
