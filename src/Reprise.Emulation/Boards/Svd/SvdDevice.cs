using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Devices.Svd;

namespace Reprise.Emulation.Boards.Svd;

// Goal: all registers of a CMSIS-SVD file (Open-CMSIS-Pack, "SVD Description", version 1.3.9), in its order.
//
// What an element does not say itself it has from what it is derived from, and then from what it stands in. An
// element with <dim> is several. Both can make much of little, so that registers and work are counted.

/// <summary>Expands what an SVD file says into registers.</summary>
internal sealed class SvdDevice
{
    private const int MaxRegisters = 100_000;
    private const int MaxDerivations = 8;
    private const int MaxName = 200;
    private const int MaxWork = 10_000_000;
    private const ulong AddressEnd = 1ul << 32;

    private readonly SvdElement _peripherals;
    private readonly List<SvdRegister> _registers = [];
    private readonly Dictionary<SvdElement, Dictionary<string, SvdElement>> _names =
        new(ReferenceEqualityComparer.Instance);

    private int _expanded;
    private long _work;

    private SvdDevice(SvdElement peripherals) => _peripherals = peripherals;

    /// <summary>The registers of a file.</summary>
    /// <exception cref="BoardFileException">It is no SVD file.</exception>
    public static IReadOnlyList<SvdRegister> Read(string file, string text)
    {
        var root = SvdTextReader.Read(file, text);
        if (root.Tag != "device")
        {
            throw root.Error("<device>");
        }

        var device = new SvdDevice(root.Find("peripherals") ?? throw root.Error("<peripherals> in <device>"));
        var properties = SvdProperties.Default.Within(root);
        foreach (var peripheral in device._peripherals.Children)
        {
            device.Expand(peripheral, device._peripherals, "", 0, properties);
        }

        return device._registers;
    }

    private static string NameOf(SvdElement element) =>
        element.Find("name") is not { } name
            ? throw element.Error($"<name> in <{element.Tag}>")
            : name.Text.Length is 0 or > MaxName || name.Text.Any(char.IsControl)
            ? throw name.Error($"a name of at most {MaxName} characters")
            : name.Text;

    private static IEnumerable<string> IndicesOf(SvdElement element, ulong count)
    {
        if (element.Find("dimIndex") is not { } node)
        {
            for (ulong i = 0; i < count; i++)
            {
                yield return i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            yield break;
        }

        var dash = node.Text.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0 && SvdNumber.TryParse(node.Text[..dash], out var first)
            && SvdNumber.TryParse(node.Text[(dash + 1)..], out var last) && last >= first && last - first + 1 >= count)
        {
            for (ulong i = 0; i < count; i++)
            {
                yield return (first + i).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            yield break;
        }

        if (dash == 1 && node.Text.Length == 3 && node.Text[2] - node.Text[0] + 1 >= (int)count)
        {
            for (ulong i = 0; i < count; i++)
            {
                yield return ((char)(node.Text[0] + (int)i)).ToString();
            }

            yield break;
        }

        var names = node.Text.Split(',', StringSplitOptions.TrimEntries);
        foreach (var name in (ulong)names.Length >= count ? names[..(int)count] : throw node.Error($"{count} indices"))
        {
            yield return name;
        }
    }

    /// <summary>A peripheral, a cluster or a register.</summary>
    private void Expand(SvdElement element, SvdElement parent, string prefix, ulong address, SvdProperties inherited)
    {
        if (element.Tag is not ("peripheral" or "cluster" or "register"))
        {
            return;
        }

        element = Derived(element, parent, depth: 0);
        var properties = inherited.Within(element);
        var name = NameOf(element);
        address += SvdProperties.NumberOf(element, element.Tag == "peripheral" ? "baseAddress" : "addressOffset");
        if (element.Find("dim") is null)
        {
            ExpandOne(element, prefix + name, address, properties);
            return;
        }

        var count = SvdProperties.NumberOf(element, "dim");
        var increment = SvdProperties.NumberOf(element, "dimIncrement");
        if (count > MaxRegisters || increment > AddressEnd || !name.Contains("%s", StringComparison.Ordinal))
        {
            throw element.Error($"<dim> of at most {MaxRegisters}, steps below 4 GiB, and %s in the name");
        }

        foreach (var index in IndicesOf(element, count))
        {
            ExpandOne(element, prefix + name.Replace("%s", index, StringComparison.Ordinal), address, properties);
            address += increment;
        }
    }

    private void ExpandOne(SvdElement element, string name, ulong address, SvdProperties properties)
    {
        if (++_expanded > MaxRegisters || name.Length > 4 * MaxName)
        {
            throw element.Error($"at most {MaxRegisters} registers, with names of at most {4 * MaxName} characters");
        }

        if (address > AddressEnd - 8)
        {
            throw element.Error($"an address below 4 GiB for {name}");
        }

        if (element.Tag == "register")
        {
            _registers.Add(new SvdRegister(
                name, address, properties.Bytes, properties.ResetValue, properties.CanRead, properties.CanWrite));
            return;
        }

        var parent = element.Tag == "peripheral" ? element.Find("registers") : element;
        Work(element, parent?.Children.Count ?? 0);
        foreach (var child in parent?.Children ?? [])
        {
            Expand(child, parent!, name + ".", address, properties);
        }
    }

    private void Work(SvdElement element, int count)
    {
        _work += count;
        if (_work > MaxWork)
        {
            throw element.Error("a file that says less by <dim> and derivedFrom");
        }
    }

    /// <summary>An element and what it has from the one it derives from: a sibling, or by a full name.</summary>
    private SvdElement Derived(SvdElement element, SvdElement parent, int depth)
    {
        if (element.DerivedFrom is not { } path)
        {
            return element;
        }

        if (depth == MaxDerivations)
        {
            throw element.Error($"at most {MaxDerivations} derivations of each other");
        }

        var from = FindIn(parent, path) ?? FindPath(path.Split('.'), out parent)
            ?? throw element.Error($"something of the name '{path}' to derive from");
        Work(element, SizeOf(element) + SizeOf(from));
        return element.Over(Derived(from, parent, depth + 1));
    }

    private static int SizeOf(SvdElement element) =>
        element.Children.Count + (element.Find("registers")?.Children.Count ?? 0);

    private SvdElement? FindIn(SvdElement parent, string name)
    {
        if (!_names.TryGetValue(parent, out var names))
        {
            Work(parent, parent.Children.Count);
            names = new Dictionary<string, SvdElement>(StringComparer.Ordinal);
            foreach (var child in parent.Children)
            {
                if (child.TextOf("name") is { } own)
                {
                    names.TryAdd(own, child);
                }
            }

            _names.Add(parent, names);
        }

        return names.GetValueOrDefault(name);
    }

    private SvdElement? FindPath(string[] names, out SvdElement parent)
    {
        parent = _peripherals;
        var found = FindIn(parent, names[0]);
        foreach (var name in names.Skip(1))
        {
            if (found is null)
            {
                return null;
            }

            parent = found.Tag == "peripheral" ? found.Find("registers") ?? found : found;
            found = FindIn(parent, name);
        }

        return found;
    }
}
