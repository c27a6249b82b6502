using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The MPU (PMSAv7, DDI 0403E, B3.5): regions of a power of two of bytes, the highest that covers an address decides;
/// its sub-regions can be switched off. Where none covers it, PRIVDEFENA gives privileged code the default map.
/// </summary>
/// <param name="regions">How many there are; with 0, MPU_TYPE says that there is no MPU.</param>
public sealed class MemoryProtection(int regions)
{
    public const uint Start = 0xD90;
    public const uint End = 0xDBC;

    /// <summary>The least, in bytes, that a region or sub-region can have: rights change at multiples of it.</summary>
    public const uint Granule = 32;

    private const uint Type = 0xD90;
    private const uint ControlOffset = 0xD94;
    private const uint NumberOffset = 0xD98;
    private const uint BaseOffset = 0xD9C;

    private const uint Enable = 1;
    private const uint AtNegativePriority = 2;
    private const uint PrivilegedDefault = 4;
    private const uint ControlMask = 7;
    private const uint BaseValid = 1 << 4;
    private const uint BaseMask = ~0x1Fu;
    private const uint AttributesMask = 0x173F_FF3F;
    private const uint ExecuteNever = 1 << 28;
    private const uint SubregionsOff = 0xFF00;
    private const uint Subregions = 8;

    /// <summary>More is forgotten of, and everything counts as changed.</summary>
    private const int MostChanged = 16;

    private readonly uint[] _base = new uint[regions];
    private readonly uint[] _attributes = new uint[regions];
    private readonly List<(uint First, uint Last)> _changed = [];
    private uint _control;
    private uint _number;

    public bool IsEnabled => (_control & Enable) != 0 && regions > 0;

    /// <summary>Counts the changes of rights; not part of the state.</summary>
    public ulong Changes { get; private set; }

    /// <summary>Addresses whose rights may have changed since <see cref="ForgetChanged"/>.</summary>
    public IReadOnlyList<(uint First, uint Last)> Changed => _changed;

    public void ForgetChanged() => _changed.Clear();

    /// <summary>MPU_CTRL.HFNMIENA: it works at a negative priority too.</summary>
    public bool WorksAtNegativePriority => (_control & AtNegativePriority) != 0;

    /// <summary>Rights of an address while the MPU works (B3.5.1, ValidateAddress).</summary>
    public PagePermissions RightsAt(uint address, bool privileged)
    {
        // The private peripheral bus is never looked up.
        if (address >> 20 == 0xE00)
        {
            return DefaultRights(address);
        }

        for (var i = regions - 1; i >= 0; i--)
        {
            if (Covers(i, address))
            {
                return RegionRights(_attributes[i], privileged)
                    & (IsExecuteNever(address) ? ~PagePermissions.Execute : PagePermissions.All);
            }
        }

        return privileged && (_control & PrivilegedDefault) != 0 ? DefaultRights(address) : PagePermissions.None;
    }

    /// <summary>The rights that all of a range has; null when it hasn't the same everywhere.</summary>
    /// <param name="address">A multiple of the size.</param>
    /// <param name="size">A power of two, at least <see cref="Granule"/> and at most 1 MiB.</param>
    /// <param name="privileged">Who asks.</param>
    public PagePermissions? RightsOf(uint address, uint size, bool privileged)
    {
        for (var i = regions - 1; i >= 0; i--)
        {
            if (Part(i, address, size) is not { } isCovered)
            {
                return FindRightsOf(address, size, privileged);
            }

            if (isCovered)
            {
                break;
            }
        }

        return RightsAt(address, privileged);
    }

    private PagePermissions? FindRightsOf(uint address, uint size, bool privileged)
    {
        var rights = RightsAt(address, privileged);
        for (var offset = Granule; offset < size; offset += Granule)
        {
            if (RightsAt(address + offset, privileged) != rights)
            {
                return null;
            }
        }

        return rights;
    }

    /// <summary>Whether a region covers all of a range, or none; null for a part, or when that is not plain to see.</summary>
    private bool? Part(int region, uint address, uint size)
    {
        var bits = SizeBits(region);
        if (bits == 0)
        {
            return false;
        }

        // Both are aligned: one lies in the other, or they have nothing in common.
        var regionSize = 1ul << bits;
        return ((address ^ _base[region]) & ~(Math.Max(regionSize, size) - 1)) != 0 ? false
            : regionSize / Subregions >= size || (regionSize >= size && (_attributes[region] & SubregionsOff) == 0)
                ? Covers(region, address)
                : null;
    }

    public uint Peek(uint offset) => offset switch
    {
        Type => (uint)regions << 8,
        ControlOffset => _control,
        NumberOffset => _number,
        _ when regions == 0 => 0,
        _ when IsBase(offset) => _base[_number] | _number,
        _ => _attributes[_number],
    };

    public void Write(uint offset, uint value)
    {
        if (regions == 0)
        {
            return;
        }

        switch (offset)
        {
            case Type:
                break;
            case ControlOffset:
                value &= ControlMask;
                if (_control != value)
                {
                    _control = value;
                    NoteChanged(0, uint.MaxValue);
                }

                break;
            case NumberOffset:
                _number = value < regions ? value : _number;
                break;
            case var _ when IsBase(offset):
                WriteBase(value);
                break;
            default:
                Set((int)_number, _base[_number], value & AttributesMask);
                break;
        }
    }

    public void Reset()
    {
        (_control, _number) = (0, 0);
        Array.Clear(_base);
        Array.Clear(_attributes);
        NoteChanged(0, uint.MaxValue);
    }

    public void Save(StateWriter writer)
    {
        writer.Write(_control);
        writer.Write(_number);
        for (var i = 0; i < regions; i++)
        {
            writer.Write(_base[i]);
            writer.Write(_attributes[i]);
        }
    }

    public void Restore(ref StateReader reader)
    {
        _control = reader.ReadUInt32() & ControlMask;
        _number = Math.Min(reader.ReadUInt32(), (uint)Math.Max(regions - 1, 0));
        for (var i = 0; i < regions; i++)
        {
            _base[i] = reader.ReadUInt32() & BaseMask;
            _attributes[i] = reader.ReadUInt32() & AttributesMask;
        }

        NoteChanged(0, uint.MaxValue);
    }

    // RBAR and RASR, and three aliases of the pair: with RBAR.VALID, one STM sets up to four regions (B3.5.10).
    private static bool IsBase(uint offset) => ((offset - BaseOffset) & 4) == 0;

    private static bool IsExecuteNever(uint address) =>
        address is (>= 0x4000_0000 and < 0x6000_0000) or >= 0xA000_0000;

    private static PagePermissions DefaultRights(uint address) =>
        IsExecuteNever(address) ? PagePermissions.Read | PagePermissions.Write : PagePermissions.All;

    // AP, table B3-15; XN takes execution away.
    private static PagePermissions RegionRights(uint attributes, bool privileged)
    {
        var rights = (attributes >> 24 & 7, privileged) switch
        {
            (1 or 2 or 3, true) or (3, false) => PagePermissions.Read | PagePermissions.Write,
            (5 or 6 or 7, true) or (2 or 6 or 7, false) => PagePermissions.Read,
            _ => PagePermissions.None,
        };
        return rights == PagePermissions.None || (attributes & ExecuteNever) != 0
            ? rights
            : rights | PagePermissions.Execute;
    }

    private bool Covers(int region, uint address)
    {
        var attributes = _attributes[region];
        var bits = SizeBits(region);
        if (bits == 0)
        {
            return false;
        }

        // The low bits of a base that is not a multiple of the size count as zero, as on hardware.
        var offset = address ^ _base[region];
        if (bits < 32 && offset >> bits != 0)
        {
            return false;
        }

        return bits < 8 || (attributes >> (8 + (int)(address >> (bits - 3) & 7)) & 1) == 0;
    }

    private void WriteBase(uint value)
    {
        if ((value & BaseValid) != 0)
        {
            if ((value & 0xF) >= regions)
            {
                return;
            }

            _number = value & 0xF;
            Set((int)_number, value & BaseMask, _attributes[_number]);
            return;
        }

        Set((int)_number, value & BaseMask, _attributes[_number]);
    }

    private void Set(int region, uint address, uint attributes)
    {
        if ((_base[region], _attributes[region]) == (address, attributes))
        {
            return;
        }

        NoteChanged(region);
        (_base[region], _attributes[region]) = (address, attributes);
        NoteChanged(region);
    }

    private void NoteChanged(int region)
    {
        if (SizeBits(region) is > 0 and var bits)
        {
            var mask = (uint)((1ul << bits) - 1);
            NoteChanged(_base[region] & ~mask, _base[region] | mask);
        }
    }

    private void NoteChanged(uint first, uint last)
    {
        Changes++;
        if (_changed.Count == MostChanged)
        {
            _changed.Clear();
            (first, last) = (0, uint.MaxValue);
        }

        _changed.Add((first, last));
    }

    /// <summary>A region has two to the power of so many bytes; 0 when it is off.</summary>
    private int SizeBits(int region)
    {
        var attributes = _attributes[region];
        var bits = (int)(attributes >> 1 & 0x1F) + 1;
        return (attributes & Enable) == 0 || bits < 5 ? 0 : bits;
    }
}
