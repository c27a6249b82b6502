using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Svd;

/// <summary>
/// A page of registers that no device models, as an SVD file describes them. A register reads what was last written, if
/// it can be written, and its reset value till then; one with a script reads the script's next value each time, and its
/// last for ever. A register that can't be read reads as zero, and so does what lies between registers.
/// </summary>
public sealed class RegisterBlock : IDevice
{
    private const short None = -1;

    private readonly ulong _address;
    private readonly SvdRegister[] _registers;
    private readonly ulong[]?[] _scripts;
    private readonly short[] _readable;
    private readonly short[] _writable;
    private readonly ulong[] _values;
    private readonly bool[] _written;
    private readonly uint[] _steps;

    /// <param name="name">Name on the board.</param>
    /// <param name="address">Of the page.</param>
    /// <param name="size">Bytes of the page, in which one device answers.</param>
    /// <param name="registers">Those of which some byte is in it, in the file's order: the first has a byte.</param>
    /// <param name="scriptOf">The values that a register reads one after the other, if it has a script.</param>
    public RegisterBlock(
        string name,
        ulong address,
        uint size,
        IReadOnlyList<SvdRegister> registers,
        Func<SvdRegister, ulong[]?> scriptOf)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(registers.Count, short.MaxValue);
        Name = name;
        Size = size;
        _address = address;
        _registers = [.. registers];
        _scripts = [.. registers.Select(scriptOf)];
        _values = [.. registers.Select(register => register.ResetValue)];
        _written = new bool[registers.Count];
        _steps = new uint[registers.Count];
        _readable = [.. Enumerable.Repeat(None, (int)size)];
        _writable = [.. Enumerable.Repeat(None, (int)size)];
        for (short i = 0; i < _registers.Length; i++)
        {
            var register = _registers[i];
            for (var at = Math.Max(register.Address, address); at < Math.Min(register.End, address + Size); at++)
            {
                Take(_readable, at, i, register.CanRead || _scripts[i] is not null);
                Take(_writable, at, i, register.CanWrite);
            }
        }
    }

    public string Name { get; }

    /// <summary>Bytes of its page.</summary>
    public uint Size { get; }

    public uint Read(uint offset, int size)
    {
        var value = Peek(offset, size);
        short last = None;
        for (var at = offset; at < Math.Min(offset + (uint)size, Size); at++)
        {
            // A script goes one step an access, however many bytes of its register that reads.
            var index = _readable[at];
            if (index != last && index != None && _scripts[index] is { } script && _steps[index] < script.Length - 1)
            {
                _steps[index]++;
            }

            last = index;
        }

        return value;
    }

    public uint Peek(uint offset, int size)
    {
        var result = 0u;
        for (var i = 0; i < size && offset + i < Size; i++)
        {
            var index = _readable[offset + i];
            if (index != None)
            {
                result |= (uint)(byte)(ValueOf(index) >> Shift(index, offset + (uint)i)) << (8 * i);
            }
        }

        return result;
    }

    public void Write(uint offset, uint value, int size)
    {
        for (var i = 0; i < size && offset + i < Size; i++)
        {
            var index = _writable[offset + i];
            if (index != None)
            {
                var shift = Shift(index, offset + (uint)i);
                _values[index] = (_values[index] & ~(0xFFul << shift)) | ((ulong)(byte)(value >> (8 * i)) << shift);
                _written[index] = true;
            }
        }
    }

    /// <summary>The register that an access is to, by its first byte; null between registers.</summary>
    /// <param name="offset">Of the access.</param>
    /// <param name="isWrite">It writes.</param>
    public SvdRegister? Find(uint offset, bool isWrite)
    {
        var (wanted, other) = isWrite ? (_writable, _readable) : (_readable, _writable);
        var index = offset >= Size ? None : wanted[offset] != None ? wanted[offset] : other[offset];
        return index == None ? null : _registers[index];
    }

    public void Reset()
    {
        for (var i = 0; i < _registers.Length; i++)
        {
            (_values[i], _written[i], _steps[i]) = (_registers[i].ResetValue, false, 0);
        }
    }

    /// <summary>What was written, and how far scripts are.</summary>
    public void Save(StateWriter writer)
    {
        writer.Write((uint)_written.Count(isWritten => isWritten));
        for (var i = 0; i < _registers.Length; i++)
        {
            if (_written[i])
            {
                writer.Write((uint)i);
                writer.Write(_values[i]);
            }
        }

        for (var i = 0; i < _registers.Length; i++)
        {
            if (_scripts[i] is not null)
            {
                writer.Write(_steps[i]);
            }
        }
    }

    /// <exception cref="InvalidDataException">The state is of other registers.</exception>
    public void Restore(ref StateReader reader)
    {
        Reset();
        for (var left = reader.ReadUInt32(); left > 0; left--)
        {
            var index = reader.ReadUInt32();
            if (index >= _registers.Length)
            {
                throw new InvalidDataException($"state of {Name}: its register {index}, of {_registers.Length}");
            }

            (_values[index], _written[index]) = (reader.ReadUInt64(), true);
        }

        for (var i = 0; i < _registers.Length; i++)
        {
            if (_scripts[i] is { } script)
            {
                _steps[i] = Math.Min(reader.ReadUInt32(), (uint)script.Length - 1);
            }
        }
    }

    private ulong ValueOf(short index) => _scripts[index] is { } script ? script[_steps[index]] : _values[index];

    private int Shift(short index, uint offset) => 8 * (int)(_address + offset - _registers[index].Address);

    private void Take(short[] map, ulong at, short index, bool can)
    {
        ref var place = ref map[at - _address];
        place = place == None && can ? index : place;
    }
}
