using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>The registers of a channel of an 8237A.</summary>
internal sealed class DmaChannel
{
    private const byte Down = 0x20; // of the mode
    private const byte StartsAgain = 0x10;

    private ushort _baseAddress;
    private ushort _baseCount;

    public byte Mode { get; set; }

    /// <summary>The address of the next transfer.</summary>
    public ushort Address { get; private set; }

    /// <summary>Transfers left, less one; FFFFh behind the last.</summary>
    public ushort Count { get; private set; }

    /// <summary>It has reached its terminal count.</summary>
    public bool IsDone { get; set; }

    public bool IsDown => (Mode & Down) != 0;

    /// <summary>Transfers up to the terminal count.</summary>
    public int Left => Count + 1;

    public void Load(bool isCount, byte value, bool high)
    {
        ref var register = ref isCount ? ref _baseCount : ref _baseAddress;
        register = (ushort)(high ? (register & 0xFF) | value << 8 : (register & 0xFF00) | value);

        // As on QEMU both begin again with the high byte of either, and the count with each of its own.
        Address = high ? _baseAddress : Address;
        Count = high || isCount ? _baseCount : Count;
    }

    public void Advance(int transfers)
    {
        var ends = transfers >= Left;
        Address = (ushort)(IsDown ? Address - transfers : Address + transfers);
        Count = (ushort)(Count - transfers);
        if (ends)
        {
            IsDone = true;
            (Address, Count) = (Mode & StartsAgain) != 0 ? (_baseAddress, _baseCount) : (Address, Count);
        }
    }

    public void Clear() => (_baseAddress, _baseCount, Address, Count, Mode, IsDone) = (0, 0, 0, 0, 0, false);

    public void Save(StateWriter writer)
    {
        writer.Write((uint)(_baseAddress | _baseCount << 16));
        writer.Write((uint)(Address | Count << 16));
        writer.Write((uint)Mode);
        writer.Write(IsDone);
    }

    public void Restore(ref StateReader reader)
    {
        var start = reader.ReadUInt32();
        var now = reader.ReadUInt32();
        (_baseAddress, _baseCount) = ((ushort)start, (ushort)(start >> 16));
        (Address, Count) = ((ushort)now, (ushort)(now >> 16));
        Mode = (byte)reader.ReadUInt32();
        IsDone = reader.ReadBoolean();
    }
}
