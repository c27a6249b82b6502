using Reprise.Emulation.Boards;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// The two DMA controllers of a PC (Intel 8237A, 231466) with the page registers of its AT bus: channels 0 to 3 move bytes,
/// 5 to 7 words. A device asks for its channel with <see cref="Request"/>; all it has is moved at once when the channel
/// is not masked, or else when that ends. There are no transfers from memory to memory.
/// </summary>
public sealed class Dma8237 : PortDevice
{
    private const uint Pages = 16; // offsets of the page registers, and of the second controller
    private const uint Second = 32;
    private const int ChannelCount = 4;

    private readonly MemoryMap _memory;
    private readonly DmaController[] _controllers = [new(), new()];
    private readonly byte[] _pages = new byte[16];
    private readonly Action?[] _waiting = new Action?[2 * ChannelCount];

    internal Dma8237(string name, MemoryMap memory)
        : base(name) =>
        _memory = memory;

    /// <summary>Bytes that a channel moves up to its terminal count.</summary>
    internal int LengthOf(int channel) =>
        ControllerOf(channel).Channels[channel % ChannelCount].Left << channel / ChannelCount;

    /// <summary>A device wants its channel; it is told when it has it, which may be at once.</summary>
    /// <param name="channel">0 to 7.</param>
    /// <param name="granted">Moves what there is with <see cref="Move"/>. A device restores its request itself.</param>
    internal void Request(int channel, Action granted)
    {
        _waiting[channel] = granted;
        ControllerOf(channel).Requests |= Bit(channel);
        Run();
    }

    /// <summary>A request that was restored with the device's state: nothing is moved for it now.</summary>
    internal void Restore(int channel, Action? granted) => _waiting[channel] = granted;

    /// <summary>Ends the request.</summary>
    internal void Release(int channel)
    {
        _waiting[channel] = null;
        ControllerOf(channel).Requests &= (byte)~Bit(channel);
    }

    /// <summary>Moves bytes between memory and the device that has the channel.</summary>
    /// <param name="channel">Its channel.</param>
    /// <param name="bytes">What goes to memory, or is filled from there.</param>
    /// <param name="toMemory">The direction; the device knows it.</param>
    internal void Move(int channel, Span<byte> bytes, bool toMemory)
    {
        var registers = ControllerOf(channel).Channels[channel % ChannelCount];
        var wide = channel / ChannelCount;
        var page = (uint)_pages[PageOf(channel)] << 16;
        for (var i = 0; i < bytes.Length;)
        {
            // Addresses wrap within the page; a run of bytes that does not is moved as one.
            var offset = (uint)(registers.Address << wide) & (wide == 0 ? 0xFFFFu : 0x1_FFFF);
            var address = (wide == 0 ? page : page & 0xFE_0000) + offset;
            var count = registers.IsDown ? 1 << wide : Math.Min(bytes.Length - i, (int)((wide == 0 ? 0x1_0000u : 0x2_0000) - offset));
            count = Math.Min(count, bytes.Length - i);
            var part = bytes.Slice(i, count);
            if (toMemory)
            {
                BusMemory.Write(_memory, address, part);
            }
            else
            {
                BusMemory.TryRead(_memory, address, part);
            }

            registers.Advance(Math.Max(1, count >> wide));
            i += count;
        }
    }

    public override void Reset()
    {
        foreach (var controller in _controllers)
        {
            controller.PowerOn();
        }

        Array.Clear(_pages);
        Array.Clear(_waiting);
    }

    public override void Save(StateWriter writer)
    {
        foreach (var controller in _controllers)
        {
            controller.Save(writer);
        }

        writer.Write(_pages);
    }

    public override void Restore(ref StateReader reader)
    {
        foreach (var controller in _controllers)
        {
            controller.Restore(ref reader);
        }

        var pages = reader.ReadBytes();
        if (pages.Length != _pages.Length)
        {
            throw new InvalidDataException($"state of a DMA controller: {pages.Length} page registers, expected {_pages.Length}");
        }

        pages.CopyTo(_pages);
    }

    protected override byte PeekPort(uint offset) => offset switch
    {
        < Pages => _controllers[0].Peek(offset),
        < Second => _pages[offset - Pages],
        < 2 * Second => _controllers[1].Peek((offset - Second) / 2),
        _ => Open,
    };

    protected override void AfterRead(uint offset)
    {
        switch (offset)
        {
            case < Pages:
                _controllers[0].AfterRead(offset);
                break;
            case >= Second and < 2 * Second:
                _controllers[1].AfterRead((offset - Second) / 2);
                break;
        }
    }

    protected override void WritePort(uint offset, byte value)
    {
        switch (offset)
        {
            case < Pages:
                _controllers[0].Write(offset, value);
                break;
            case < Second:
                _pages[offset - Pages] = value;
                break;
            case < 2 * Second:
                _controllers[1].Write((offset - Second) / 2, value);
                break;
        }

        Run();
    }

    private static byte Bit(int channel) => (byte)(1 << channel % ChannelCount);

    /// <summary>The port of a channel's page register, from 80h on.</summary>
    private static int PageOf(int channel) => channel switch
    {
        0 => 0x7,
        1 => 0x3,
        2 => 0x1,
        3 => 0x2,
        5 => 0xB,
        6 => 0x9,
        7 => 0xA,
        _ => 0xF,
    };

    private DmaController ControllerOf(int channel) => _controllers[channel / ChannelCount];

    private void Run()
    {
        for (var channel = 0; channel < _waiting.Length; channel++)
        {
            if (_waiting[channel] is { } granted && (ControllerOf(channel).Mask & Bit(channel)) == 0)
            {
                Release(channel);
                granted();
            }
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class Dma8237Factory : IDeviceFactory
{
    public string Type => "dma-8237";

    public bool IsOnBus => false;

    public IReadOnlyList<PortRange> Ports =>
        [new("first", 16), new("pages", 16, Offset: 16), new("second", 32, Offset: 32)];

    public string Example => "dma: { type: dma-8237, ports: { first: 0x00, pages: 0x80, second: 0xC0 } }";

    public IDevice Create(DeviceSite site) => new Dma8237(site.Name, site.Memory);
}
