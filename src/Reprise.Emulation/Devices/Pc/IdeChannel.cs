using Reprise.Emulation.Memory;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// A channel of an IDE controller: up to two drives at one cable, and the bus master that moves their data (Intel 290550,
/// section 2.8). Both drives see what is written to the registers, the selected one answers.
/// </summary>
internal sealed class IdeChannel
{
    private const uint Select = 6;
    private const uint StatusOrCommand = 7;
    private const byte SlaveSelected = 0x10;
    private const byte Busy = 0x80;

    private const byte NoInterrupt = 2; // control register
    private const byte SoftReset = 4;
    private const byte ShowsBefore = 0x80;

    private const byte Start = 1; // bus master command
    private const byte ToMemory = 8;
    private const byte Active = 1; // bus master status
    private const byte BusError = 2;
    private const byte Interrupted = 4;

    private const uint LastEntry = 0x8000_0000;

    private readonly IdeDrive?[] _drives;
    private readonly MemoryMap _memory;
    private readonly InterruptLine _line;
    private byte _control;
    private bool _slave;
    private bool _requested;
    private byte _busCommand;
    private byte _busStatus;
    private uint _table;

    public IdeChannel(IdeDrive? master, IdeDrive? slave, MemoryMap memory, InterruptLine line)
    {
        _drives = [master, slave];
        _memory = memory;
        _line = line;
        foreach (var drive in _drives)
        {
            if (drive is not null)
            {
                drive.Interrupt += () => OnInterrupt(drive);
            }
        }
    }

    private IdeDrive? Selected => _drives[_slave ? 1 : 0] is { IsPresent: true } drive ? drive : null;

    private byte Status => (_control & SoftReset) != 0 && Selected is not null ? Busy : Selected?.Status ?? 0;

    public uint Peek(uint register, int size) => register switch
    {
        0 => Selected?.PeekData(size) ?? 0,
        _ when size != 1 => 0,
        StatusOrCommand => Status,
        _ => Selected?.Register(register, (_control & ShowsBefore) != 0) ?? 0,
    };

    public void AfterRead(uint register, int size)
    {
        if (register == 0)
        {
            Selected?.TakeData(size);
        }
        else if (register == StatusOrCommand)
        {
            _requested = false;
            Update();
        }
    }

    public void Write(uint register, uint value, int size)
    {
        if (register == 0)
        {
            Selected?.PutData(value, size);
            return;
        }

        if (register == StatusOrCommand)
        {
            _requested = false;
            Update();
            Selected?.Execute((byte)value);
            RunBusMaster();
            return;
        }

        _slave = register == Select ? (value & SlaveSelected) != 0 : _slave;
        _control &= unchecked((byte)~ShowsBefore);
        foreach (var drive in _drives)
        {
            drive?.SetRegister(register, (byte)value);
        }
    }

    public byte PeekControl() => Status;

    public void WriteControl(byte value)
    {
        var ends = (_control & ~value & SoftReset) != 0;
        _control = value;
        if (ends)
        {
            _slave = false;
            foreach (var drive in _drives)
            {
                drive?.SetSignature();
            }
        }

        Update();
    }

    /// <summary>A byte of the eight bus master registers.</summary>
    public byte PeekBus(uint register) => register switch
    {
        0 => _busCommand,
        2 => _busStatus,
        >= 4 and < 8 => (byte)(_table >> (int)(8 * (register - 4))),
        _ => 0xFF,
    };

    public void WriteBus(uint register, byte value)
    {
        switch (register)
        {
            case 0:
                _busCommand = (byte)(value & (Start | ToMemory));
                _busStatus &= (byte)((value & Start) != 0 ? 0xFF : 0xFE);
                RunBusMaster();
                break;
            case 2:
                _busStatus = (byte)((value & 0x60) | (_busStatus & Active)
                    | (_busStatus & ~value & (BusError | Interrupted)));
                break;
            case >= 4 and < 8:
                var shift = (int)(8 * (register - 4));
                _table = ((_table & ~(0xFFu << shift)) | ((uint)value << shift)) & ~3u;
                break;
        }
    }

    public void Reset()
    {
        (_control, _slave, _requested, _busCommand, _busStatus, _table) = (0, false, false, 0, 0, 0);
        _line.Level = false;
    }

    public void Save(StateWriter writer)
    {
        writer.Write([_control, _busCommand, _busStatus]);
        writer.Write(_table);
        writer.Write(_slave);
        writer.Write(_requested);
    }

    public void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != 3)
        {
            throw new InvalidDataException($"state of an IDE channel: {bytes.Length} bytes, expected 3");
        }

        (_control, _busCommand, _busStatus) = (bytes[0], bytes[1], bytes[2]);
        _table = reader.ReadUInt32();
        _slave = reader.ReadBoolean();
        _requested = reader.ReadBoolean();
        _line.Restore(Level);
    }

    private bool Level => _requested && (_control & NoInterrupt) == 0;

    private void OnInterrupt(IdeDrive drive)
    {
        if (drive == Selected)
        {
            _requested = true;
            _busStatus |= (_control & NoInterrupt) == 0 ? Interrupted : (byte)0;
            Update();
        }
    }

    private void Update() => _line.Level = Level;

    // Runs when both a drive's command and the start bit are there. Entries of the table: address, length, last.
    private void RunBusMaster()
    {
        if ((_busCommand & Start) == 0)
        {
            return;
        }

        _busStatus |= Active;
        if (Selected is not { WantsDma: true } drive)
        {
            return;
        }

        Span<byte> buffer = stackalloc byte[IdeDrive.LongestUnit];
        Span<byte> entry = stackalloc byte[8];
        var unit = buffer[..drive.DmaUnit];
        var at = unit.Length;
        for (var (table, last) = (_table, false); !last && (drive.UnitsLeft > 0 || at < unit.Length); table += 8)
        {
            if (!BusMemory.TryRead(_memory, table, entry))
            {
                break;
            }

            var address = BitConverter.ToUInt32(entry) & ~1u;
            var control = BitConverter.ToUInt32(entry[4..]);
            last = (control & LastEntry) != 0;
            Move(drive, address, (control & 0xFFFE) == 0 ? 0x1_0000 : (int)(control & 0xFFFE), unit, ref at);
        }

        _busStatus &= unchecked((byte)~Active);
        drive.EndDma();
    }

    // A region of the table may end in the middle of a unit.
    private void Move(IdeDrive drive, uint address, int length, Span<byte> unit, ref int at)
    {
        while (length > 0)
        {
            if (at == unit.Length)
            {
                if (drive.UnitsLeft == 0)
                {
                    return;
                }

                at = 0;
                if (drive.IsDmaRead)
                {
                    drive.MoveUnit(unit);
                }
            }

            var count = Math.Min(length, unit.Length - at);
            var part = unit.Slice(at, count);
            if (drive.IsDmaRead)
            {
                BusMemory.Write(_memory, address, part);
            }
            else
            {
                BusMemory.TryRead(_memory, address, part);
            }

            (at, address, length) = (at + count, address + (uint)count, length - count);
            if (at == unit.Length && !drive.IsDmaRead)
            {
                drive.MoveUnit(unit);
            }
        }
    }
}
