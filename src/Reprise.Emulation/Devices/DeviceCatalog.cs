using Reprise.Emulation.Catalogs;

namespace Reprise.Emulation.Devices;

/// <summary>Every type of device that board files can name: each <see cref="IDeviceFactory"/> of this assembly.</summary>
public static partial class DeviceCatalog
{
    /// <summary>All of them, by type.</summary>
    public static IReadOnlyList<IDeviceFactory> All { get; } =
        [.. Create().OrderBy(factory => factory.Type, StringComparer.Ordinal)];

    /// <summary>The factory of a type, or null.</summary>
    public static IDeviceFactory? Find(string type) => All.FirstOrDefault(factory => factory.Type == type);

    [Catalog]
    private static partial IDeviceFactory[] Create();
}
