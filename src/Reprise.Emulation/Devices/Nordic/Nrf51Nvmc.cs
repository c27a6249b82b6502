using Reprise.Emulation.Boards;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// Controller of the nRF51's flash (Reference Manual 3.0, chapter 6): lets it be written, and erases it. Everything is
/// done at once.
/// </summary>
/// <param name="name">Name on the board.</param>
/// <param name="memory">Memory of the board; its flash begins at 0.</param>
/// <param name="flashSize">Bytes of flash.</param>
/// <param name="uicr">Erased with the flash.</param>
public sealed class Nrf51Nvmc(string name, MemoryMap memory, uint flashSize, Nrf51Uicr uicr)
    : RegisterDevice(name), IFlashController
{
    private const uint Ready = 0x400;
    private const uint Configuration = 0x504;
    private const uint ErasePage = 0x508;
    private const uint EraseAll = 0x50C;
    private const uint EraseProtectedPage = 0x510;
    private const uint EraseUicr = 0x514;

    private const uint WriteEnable = 1;
    private const uint EraseEnable = 2;
    private const int PageSize = 1024;

    private uint _configuration;

    /// <summary>CONFIG.WEN says that flash and UICR may be written.</summary>
    public bool IsProgramming => (_configuration & WriteEnable) != 0;

    public override void Reset() => _configuration = 0;

    public override void Save(StateWriter writer) => writer.Write(_configuration);

    public override void Restore(ref StateReader reader) => _configuration = reader.ReadUInt32();

    protected override uint PeekRegister(uint offset) => offset switch
    {
        Ready => 1,
        Configuration => _configuration,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset == Configuration)
        {
            _configuration = value & (WriteEnable | EraseEnable);
            return;
        }

        if ((_configuration & EraseEnable) == 0)
        {
            return;
        }

        switch (offset)
        {
            case ErasePage or EraseProtectedPage when value < flashSize:
                Erase(value & ~(uint)(PageSize - 1));
                break;
            case EraseAll when value == 1:
                for (var page = 0u; page < flashSize; page += PageSize)
                {
                    Erase(page);
                }

                uicr.Erase();
                break;
            case EraseUicr when value == 1:
                uicr.Erase();
                break;
        }
    }

    private void Erase(uint page)
    {
        Span<byte> erased = stackalloc byte[PageSize];
        erased.Fill(0xFF);
        memory.Write(page, erased);
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51NvmcFactory : IDeviceFactory
{
    public string Type => "nrf51-nvmc";

    public string Example =>
        """
        uicr: { type: nrf51-uicr, address: 0x4000_1000 }
        nvmc: { type: nrf51-nvmc, address: 0x4000_0000, flash-size: 256 KiB, uicr: uicr }
        """;

    public IDevice Create(DeviceSite site)
    {
        var uicr = site.Device<Nrf51Uicr>("uicr");
        var controller = new Nrf51Nvmc(site.Name, site.Memory, site.Options.Size("flash-size"), uicr);
        uicr.IsWritable = () => controller.IsProgramming;
        return controller;
    }
}
