using Reprise.Emulation.Disks;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// What every drive at an IDE cable has (ATA/ATAPI-6): the registers of its task, and a buffer that the host moves data to
/// or from. Commands take no time.
/// </summary>
public abstract class IdeDrive : IDevice, IDiskDrive
{
    /// <summary>Status: ready, and the heads are where they should be.</summary>
    protected const byte Ready = 0x50;

    /// <summary>Status: data is to be moved.</summary>
    protected const byte DataRequest = 0x08;

    /// <summary>Status of a command that failed.</summary>
    protected const byte Refused = 0x41;

    /// <summary>Error register: there is no such command.</summary>
    protected const byte Aborted = 0x04;

    private readonly byte[] _task = new byte[8]; // by register, as last written
    private readonly byte[] _before = new byte[8]; // what each had before: the high halves of 48-bit commands
    private readonly byte[] _buffer;
    private byte _status = Ready;
    private byte _error;
    private int _at;
    private int _end;

    private protected IdeDrive(string name, int bufferSize)
    {
        Name = name;
        _buffer = new byte[bufferSize];
    }

    /// <summary>Told when a command, or a part of one, is done.</summary>
    internal event Action? Interrupt;

    public string Name { get; }

    /// <summary>The user gave an image for it.</summary>
    public abstract bool IsPresent { get; }

    /// <summary>A DMA command waits for the bus master.</summary>
    internal abstract bool WantsDma { get; }

    /// <summary>The waiting DMA command reads from the drive.</summary>
    internal abstract bool IsDmaRead { get; }

    /// <summary>Bytes that a DMA command moves at once, at most <see cref="LongestUnit"/>.</summary>
    internal abstract int DmaUnit { get; }

    /// <summary>Times that the DMA command has still to move so much.</summary>
    internal abstract uint UnitsLeft { get; }

    /// <summary>A block of a CD.</summary>
    internal const int LongestUnit = 2048;

    internal byte Status
    {
        get => _status;
        private protected set => _status = value;
    }

    private protected byte Error
    {
        get => _error;
        set => _error = value;
    }

    private protected Span<byte> Task => _task;

    private protected Span<byte> Before => _before;

    private protected byte[] Buffer => _buffer;

    /// <summary>Bytes of the buffer that are offered.</summary>
    private protected int OfferedLength => _end;

    private protected abstract bool IsSending { get; }

    private protected abstract bool IsReceiving { get; }

    /// <summary>Registers 1 to 6 as they read; 0 and 7 are the channel's.</summary>
    internal byte Register(uint register, bool high) =>
        register == 1 ? _error : high && register < 6 ? _before[register] : _task[register];

    internal void SetRegister(uint register, byte value)
    {
        _before[register] = _task[register];
        _task[register] = register == 6 ? (byte)(value | 0xA0) : value;
    }

    /// <summary>The word of the data register, without taking it.</summary>
    internal uint PeekData(int size)
    {
        var value = 0u;
        for (var i = 0; i < size && IsSending && _at + i < _end; i++)
        {
            value |= (uint)_buffer[_at + i] << (8 * i);
        }

        return value;
    }

    internal void TakeData(int size)
    {
        if (IsSending)
        {
            Advance(size);
        }
    }

    internal void PutData(uint value, int size)
    {
        if (IsReceiving && _at < _end)
        {
            for (var i = 0; i < size && _at + i < _end; i++)
            {
                _buffer[_at + i] = (byte)(value >> (8 * i));
            }

            Advance(size);
        }
    }

    /// <summary>A reset by the control register.</summary>
    internal abstract void SetSignature();

    internal abstract void Execute(byte command);

    /// <summary>Moves one unit of a DMA command.</summary>
    internal abstract void MoveUnit(Span<byte> bytes);

    /// <summary>The bus master has moved all, or as much as it had room for.</summary>
    internal abstract void EndDma();

    uint IDevice.Read(uint offset, int size) => 0;

    void IDevice.Write(uint offset, uint value, int size)
    {
    }

    uint IDevice.Peek(uint offset, int size) => 0;

    public virtual void Reset()
    {
        SetSignature();
        _status = Ready;
        Array.Clear(_buffer);
        (_task[0], _task[1], _task[7]) = (0, 0, 0);
        (_at, _end) = (0, 0);
    }

    public virtual void Save(StateWriter writer)
    {
        writer.Write(_buffer);
        writer.Write(_task);
        writer.Write(_before);
        writer.Write([_status, _error]);
        writer.Write((uint)_at);
        writer.Write((uint)_end);
    }

    public virtual void Restore(ref StateReader reader)
    {
        var buffer = reader.ReadBytes();
        var task = reader.ReadBytes();
        var before = reader.ReadBytes();
        var bytes = reader.ReadBytes();
        if (buffer.Length != _buffer.Length || task.Length != 8 || before.Length != 8 || bytes.Length != 2)
        {
            throw new InvalidDataException("state of an IDE drive: its lengths are not those of one");
        }

        buffer.CopyTo(_buffer);
        task.CopyTo(_task);
        before.CopyTo(_before);
        (_status, _error) = (bytes[0], bytes[1]);
        _at = (int)Math.Min(reader.ReadUInt32(), (uint)_buffer.Length);
        _end = (int)Math.Min(reader.ReadUInt32(), (uint)_buffer.Length);
    }

    /// <summary>The host has moved all that was offered.</summary>
    private protected abstract void OnMoved();

    /// <summary>The host has moved some of it; most drives do not care.</summary>
    private protected virtual void OnAdvance(int count)
    {
    }

    /// <summary>Offers the first bytes of the buffer to the host.</summary>
    private protected void Offer(int length) => (_at, _end, _status) = (0, length, Ready | DataRequest);

    private protected void RaiseInterrupt() => Interrupt?.Invoke();

    private void Advance(int count)
    {
        _at += count;
        OnAdvance(count);
        if (_at >= _end)
        {
            OnMoved();
        }
    }
}
