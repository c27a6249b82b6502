using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// Debug support of the STM32F1, F2 and F4 (RM0041 chapter 25, RM0033 chapter 32, RM0090 chapter 38): identity of the
/// chip, and settings for debuggers that are kept without effect.
/// </summary>
/// <param name="name">Name on the board.</param>
/// <param name="identity">DBGMCU_IDCODE.</param>
public sealed class Stm32Dbgmcu(string name, uint identity) : RegisterDevice(name)
{
    private const uint Identity = 0x00;
    private const int Words = 4;

    private readonly uint[] _words = new uint[Words];

    public override void Reset() => Array.Clear(_words);

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

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Identity => identity,
        < 4 * Words => _words[offset / 4],
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset is > Identity and < 4 * Words)
        {
            _words[offset / 4] = value;
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32DbgmcuFactory : IDeviceFactory
{
    public string Type => "stm32-dbgmcu";

    public uint Size => 0x400;

    public string Example => "dbgmcu: { type: stm32-dbgmcu, address: 0x4000_0000, idcode: 0x1001_6413 }";

    public IDevice Create(DeviceSite site) => new Stm32Dbgmcu(site.Name, site.Options.Word("idcode"));
}
