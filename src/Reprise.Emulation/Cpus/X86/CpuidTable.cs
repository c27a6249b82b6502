using System.Text;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// What a model is to CPUID: the answers of QEMU 7.2's <c>qemu32</c> and <c>qemu64</c> on its <c>pc</c>, with one
/// processor. Where a leaf is not there, Intel's answer the highest basic one, and AMD's zeros.
/// </summary>
internal sealed class CpuidTable
{
    private const uint FirstOfHypervisor = 0x4000_0000;
    private const uint FirstExtended = 0x8000_0000;
    private const uint Topology = 0xB;
    private const uint Caches = 4;
    private const uint LocalApic = 1 << 9; // EDX of leaf 1

    private readonly SortedDictionary<(uint Leaf, uint Subleaf), CpuidLeaf> _leaves = [];
    private readonly uint _highestBasic;
    private readonly bool _isIntel;

    private CpuidTable(string vendor, uint highestBasic, uint highestExtended)
    {
        _isIntel = vendor == "GenuineIntel";
        _highestBasic = highestBasic;
        var (b, d, c) = (Word(vendor, 0), Word(vendor, 4), Word(vendor, 8));
        Add(0, highestBasic, b, c, d);
        Add(FirstExtended, highestExtended, b, c, d);
        const string hypervisor = "TCGTCGTCGTCG";
        Add(FirstOfHypervisor, FirstOfHypervisor + 1, Word(hypervisor, 0), Word(hypervisor, 4), Word(hypervisor, 8));
        Add(FirstOfHypervisor + 1, 0, 0, 0, 0);
        var name = "QEMU Virtual CPU version 2.5+".PadRight(48, '\0');
        for (var i = 0; i < 3; i++)
        {
            var at = i * 16;
            Add(FirstExtended + 2 + (uint)i, Word(name, at), Word(name, at + 4), Word(name, at + 8), Word(name, at + 12));
        }
    }

    /// <summary>Family, model and stepping: EAX of leaf 1, and EDX at reset.</summary>
    public uint Signature => _leaves[(1, 0)].Eax;

    /// <summary>A Pentium II class processor of Intel's with PAE and SSE3.</summary>
    /// <param name="hasNx">It has NX.</param>
    public static CpuidTable Qemu32(bool hasNx)
    {
        var table = new CpuidTable("GenuineIntel", highestBasic: Caches, highestExtended: FirstExtended + 4);
        table.Add(1, 0x0663, 0x0800, 0x8000_0001, 0x0781_ABFD);
        table.Add(2, 1, 0, 0x4D, 0x002C_307D);
        table.Add(Caches, 0x121, 0x01C0_003F, 0x3F, 1);
        table.Add(Caches, 0x122, 0x01C0_003F, 0x3F, 1, subleaf: 1);
        table.Add(Caches, 0x143, 0x03C0_003F, 0xFFF, 1, subleaf: 2);
        table.Add(Caches, 0x163, 0x03C0_003F, 0x3FFF, 6, subleaf: 3);
        table.Add(FirstExtended + 1, 0x0663, 0, 0, hasNx ? 1u << 20 : 0);
        return table;
    }

    /// <summary>A processor of AMD's with long mode, NX, SSE3 and CMPXCHG16B.</summary>
    public static CpuidTable Qemu64()
    {
        var table = new CpuidTable("AuthenticAMD", highestBasic: 0xD, highestExtended: FirstExtended + 0xA);
        table.Add(1, 0x0006_0FB1, 0x0800, 0x8000_2001, 0x078B_FBFD);
        table.Add(5, 0, 0, 3, 0);
        table.Add(Topology, 0, 1, 0x100, 0);
        table.Add(Topology, 0, 1, 0x201, 0, subleaf: 1);
        table.Add(FirstExtended + 1, 0x0006_0FB1, 0, 5, 0x2193_FBFD);
        table.Add(FirstExtended + 5, 0x01FF_01FF, 0x01FF_01FF, 0x4002_0140, 0x4002_0140);
        table.Add(FirstExtended + 6, 0, 0x4200_4200, 0x0200_8140, 0x0080_8140);
        table.Add(FirstExtended + 8, 0x3028, 0, 0, 0);
        table.Add(FirstExtended + 0xA, 1, 0x10, 0, 0);
        return table;
    }

    /// <param name="leaf">EAX.</param>
    /// <param name="subleaf">ECX.</param>
    /// <param name="hasApic">The local APIC is there and enabled (SDM volume 3, 11.4.3).</param>
    public CpuidLeaf Answer(uint leaf, uint subleaf, bool hasApic)
    {
        if (leaf > HighestOf(leaf))
        {
            if (!_isIntel)
            {
                return default;
            }

            leaf = _highestBasic;
        }

        if (leaf is not (Caches or Topology))
        {
            subleaf = 0;
        }

        var answer = _leaves.GetValueOrDefault((leaf, subleaf));
        return leaf switch
        {
            1 when !hasApic => answer with { Edx = answer.Edx & ~LocalApic },
            Topology when _highestBasic >= Topology && answer == default => answer with { Ecx = subleaf & 0xFF },
            _ => answer,
        };
    }

    /// <summary>Of the range of leaves that a leaf is in.</summary>
    private uint HighestOf(uint leaf) => leaf switch
    {
        >= 0xC000_0000 => 0,
        >= FirstExtended => _leaves[(FirstExtended, 0)].Eax,
        >= FirstOfHypervisor => FirstOfHypervisor + 1,
        _ => _highestBasic,
    };

    private void Add(uint leaf, uint a, uint b, uint c, uint d, uint subleaf = 0) =>
        _leaves.Add((leaf, subleaf), new CpuidLeaf(a, b, c, d));

    private static uint Word(string text, int at) =>
        BitConverter.ToUInt32(Encoding.ASCII.GetBytes(text.Substring(at, sizeof(uint))));
}
