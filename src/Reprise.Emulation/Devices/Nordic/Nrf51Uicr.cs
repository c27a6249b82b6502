using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// User information configuration registers of the nRF51 (Reference Manual 3.0, chapter 8): 64 words of flash, erased
/// at power-on.
/// </summary>
public sealed class Nrf51Uicr(string name) : RegisterDevice(name)
{
    private const int Words = 64;

    private readonly uint[] _words = [.. Enumerable.Repeat(uint.MaxValue, Words)];

    /// <summary>Whether the NVMC lets them be written.</summary>
    public Func<bool> IsWritable { get; set; } = () => false;

    public void Erase() => Array.Fill(_words, uint.MaxValue);

    public override void Reset() => Erase();

    public override void Save(StateWriter writer)
    {
        foreach (var word in _words)
        {
            writer.Write(word);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < Words; i++)
        {
            _words[i] = reader.ReadUInt32();
        }
    }

    protected override uint PeekRegister(uint offset) => offset / 4 < Words ? _words[offset / 4] : 0;

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset / 4 < Words && IsWritable())
        {
            _words[offset / 4] &= value;
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51UicrFactory : IDeviceFactory
{
    public string Type => "nrf51-uicr";

    public uint Size => 0x400;

    public IDevice Create(DeviceSite site) => new Nrf51Uicr(site.Name);
}
