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

    private readonly uint[] _base = new uint[regions];
    private readonly uint[] _attributes = new uint[regions];
    private readonly Dictionary<(uint, uint, bool), PagePermissions?> _knownRights = [];
    private ulong _rightsKnownAt;
    private uint _control;
    private uint _number;

    public bool IsEnabled => (_control & Enable) != 0 && regions > 0;

    /// <summary>Counts the changes; not part of the state.</summary>
    public ulong Changes { get; private set; }

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
    public PagePermissions? RightsOf(uint address, uint size, bool privileged)
    {
        if (_rightsKnownAt != Changes)
        {
            _rightsKnownAt = Changes;
            _knownRights.Clear();
        }

        if (!_knownRights.TryGetValue((address, size, privileged), out var rights))
        {
            rights = FindRightsOf(address, size, privileged);
            _knownRights.Add((address, size, privileged), rights);
        }

        return rights;
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

    public uint Peek(uint offset) => offset switch
    {
        Type => (uint)regions << 8,
        ControlOffset => _control,
        NumberOffset => _number,
        _ when regions == 0 => 0,
        _ when IsBase(offset) => _base[Region(offset)] | (uint)Region(offset),
        _ => _attributes[Region(offset)],
    };

    public void Write(uint offset, uint value)
    {
        if (regions == 0)
        {
            return;
        }

        Changes++;
        switch (offset)
        {
            case Type:
                break;
            case ControlOffset:
                // HFNMIENA and PRIVDEFENA without ENABLE are unpredictable; QEMU, like this, takes them as zero.
                _control = (value & Enable) == 0 ? 0 : value & ControlMask;
                break;
            case NumberOffset:
                _number = value < regions ? value : _number;
                break;
            case var _ when IsBase(offset):
                WriteBase(offset, value);
                break;
            default:
                _attributes[Region(offset)] = value & AttributesMask;
                break;
        }
    }

    public void Reset()
    {
        (_control, _number) = (0, 0);
        Array.Clear(_base);
        Array.Clear(_attributes);
        Changes++;
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

        Changes++;
    }

    // RBAR and RASR, and three aliases of the pair for the next regions of the same group of four (B3.5.9).
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
        var bits = (int)(attributes >> 1 & 0x1F) + 1;
        if ((attributes & Enable) == 0 || bits < 5)
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

    private int Region(uint offset)
    {
        var alias = (offset - BaseOffset) / 8;
        return (int)(alias == 0 ? _number : (_number & ~3u) | alias) % Math.Max(regions, 1);
    }

    private void WriteBase(uint offset, uint value)
    {
        if ((value & BaseValid) != 0)
        {
            if ((value & 0xF) >= regions)
            {
                return;
            }

            _number = value & 0xF;
            _base[_number] = value & BaseMask;
            return;
        }

        _base[Region(offset)] = value & BaseMask;
    }
}
