using System.Buffers.Binary;
using System.Text;

namespace Reprise.Emulation.Devices.Pc.Acpi;

/// <summary>
/// The script of QEMU's firmware interface by which firmware puts files into memory and makes their tables valid: commands
/// of 128 bytes, names of 56.
/// </summary>
internal sealed class TableLoader
{
    private const int CommandSize = 128;
    private const int NameSize = 56;
    private const int Size = 0x1000;
    private const byte High = 1;
    private const byte Low = 2;

    private readonly List<byte> _commands = [];

    /// <summary>Reads a file into memory: below 1 MiB where pointers are looked for, or anywhere.</summary>
    public void Allocate(string file, uint alignment, bool isLow)
    {
        var command = Begin(1, file);
        BinaryPrimitives.WriteUInt32LittleEndian(command.AsSpan(4 + NameSize), alignment);
        command[8 + NameSize] = isLow ? Low : High;
        _commands.AddRange(command);
    }

    /// <summary>Adds a file's address to four bytes of another.</summary>
    public void AddPointer(string file, string target, int offset)
    {
        var command = Begin(2, file);
        Encoding.ASCII.GetBytes(target, command.AsSpan(4 + NameSize));
        BinaryPrimitives.WriteInt32LittleEndian(command.AsSpan(4 + (2 * NameSize)), offset);
        command[8 + (2 * NameSize)] = sizeof(uint);
        _commands.AddRange(command);
    }

    /// <summary>Sets a byte so that a range adds up to zero.</summary>
    public void AddChecksum(string file, int offset, int start, int length)
    {
        var command = Begin(3, file);
        BinaryPrimitives.WriteInt32LittleEndian(command.AsSpan(4 + NameSize), offset);
        BinaryPrimitives.WriteInt32LittleEndian(command.AsSpan(8 + NameSize), start);
        BinaryPrimitives.WriteInt32LittleEndian(command.AsSpan(12 + NameSize), length);
        _commands.AddRange(command);
    }

    public byte[] ToArray() => [.. _commands, .. new byte[Size - _commands.Count]];

    private static byte[] Begin(int command, string file)
    {
        var bytes = new byte[CommandSize];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, command);
        Encoding.ASCII.GetBytes(file, bytes.AsSpan(4));
        return bytes;
    }
}
