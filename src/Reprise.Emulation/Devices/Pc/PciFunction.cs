using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>A function at the PCI bus. What it has beside its configuration space is its own.</summary>
public abstract class PciFunction : IDevice
{
    private protected PciFunction(string name, PciConfiguration configuration)
    {
        Name = name;
        Configuration = configuration;
        configuration.Reset();
    }

    public string Name { get; }

    internal PciConfiguration Configuration { get; }

    public virtual uint Read(uint offset, int size) => Peek(offset, size);

    public virtual void Write(uint offset, uint value, int size)
    {
    }

    public virtual uint Peek(uint offset, int size) => 0;

    /// <summary>1, 2 or 4 bytes of the configuration space.</summary>
    public uint ReadConfiguration(int offset, int size) => Configuration.Read(offset, size);

    /// <summary>Writes what can be written there.</summary>
    public void WriteConfiguration(int offset, uint value, int size)
    {
        Configuration.Write(offset, value, size);
        ConfigurationChanged();
    }

    public virtual void Reset()
    {
        Configuration.Reset();
        ConfigurationChanged();
    }

    public virtual void Save(StateWriter writer) => Configuration.Save(writer);

    public virtual void Restore(ref StateReader reader)
    {
        Configuration.Restore(ref reader);
        ConfigurationChanged();
    }

    /// <summary>Software wrote the configuration space, or it was restored: what follows from it has to be put right.</summary>
    private protected virtual void ConfigurationChanged()
    {
    }

    /// <summary>Puts a function on the bus that the board file names: <c>bus: pci, slot: 1, function: 3</c>.</summary>
    private protected static T Attach<T>(DeviceSite site, T function, int slot, int number)
        where T : PciFunction
    {
        var place = (
            (int)site.Options.Number("slot", 0, 31, (ulong)slot), (int)site.Options.Number("function", 0, 7, (ulong)number));
        return site.Device<I440fx>("bus").TryAttach(place.Item1, place.Item2, function)
            ? function
            : throw site.Options.Error("slot", $"a place on the bus that is free, not {place.Item1}.{place.Item2}");
    }
}
