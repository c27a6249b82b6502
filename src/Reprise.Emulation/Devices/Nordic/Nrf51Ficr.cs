using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Nordic;

/// <summary>
/// Factory information of the nRF51 (Reference Manual 3.0, chapter 7), with the values that QEMU answers; what it does
/// not say is erased.
/// </summary>
/// <param name="name">Name on the board.</param>
/// <param name="flashSize">Bytes of flash.</param>
public sealed class Nrf51Ficr(string name, uint flashSize) : RegisterDevice(name)
{
    private const uint CodePageSize = 0x010;
    private const uint CodeSize = 0x014;
    private const uint RamBlockCount = 0x020;
    private const uint FirstRamBlock = 0x024;
    private const uint LastRamBlock = 0x02C;
    private const uint DeviceId0 = 0x060;
    private const uint DeviceId1 = 0x064;
    private const uint EncryptionRoot0 = 0x068;
    private const uint End = 0x100;

    private const uint PageSize = 1024;

    public override void Reset()
    {
    }

    public override void Save(StateWriter writer)
    {
    }

    public override void Restore(ref StateReader reader)
    {
    }

    protected override uint PeekRegister(uint offset) => offset switch
    {
        CodePageSize => PageSize,
        CodeSize => flashSize / PageSize,
        RamBlockCount => 2,
        >= FirstRamBlock and <= LastRamBlock => 0x2000,
        DeviceId0 => 3,
        DeviceId1 => 0x1234_5678,
        EncryptionRoot0 => 0x9ABC_DEF1,
        < End => uint.MaxValue,
        _ => 0,
    };

    protected override void WriteRegister(uint offset, uint value)
    {
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Nrf51FicrFactory : IDeviceFactory
{
    public string Type => "nrf51-ficr";

    public uint Size => 0x400;

    public string Example =>
        "ficr: { type: nrf51-ficr, address: 0x4000_0000, flash-size: 256 KiB }";

    public IDevice Create(DeviceSite site) => new Nrf51Ficr(site.Name, site.Options.Size("flash-size"));
}
