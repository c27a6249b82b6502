using System.Text;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Semihosting;

/// <summary>
/// A call that only the host can answer: the machine waits behind the instruction until a <see cref="HostReply"/> comes.
/// Everything the guest's pointers name has been read and checked.
/// </summary>
public sealed record HostRequest(SemihostingOperation Operation)
{
    /// <summary>
    /// Bytes that one call moves at most (1 MiB). A longer read or write is done in part, which its result says.
    /// </summary>
    public const int MaximumTransfer = 1 << 20;

    /// <summary>The file; 1 is the console's input, <see cref="SemihostingCalls.FirstFileHandle"/> and up are the host's.</summary>
    public uint Handle { get; init; }

    /// <summary>Mode to open with (0 to 11), offset to seek to, or where <see cref="NewName"/> is in memory.</summary>
    public uint Value { get; init; }

    /// <summary>Bytes that the guest asked to read or write.</summary>
    public uint Length { get; init; }

    /// <summary>
    /// Where bytes that are read go, or those to write or <see cref="Name"/> are; <see cref="Length"/> bytes of memory are there.
    /// </summary>
    public uint Buffer { get; init; }

    /// <summary>File to open, remove or rename.</summary>
    public string Name { get; init; } = "";

    /// <summary>The other name of a rename.</summary>
    public string NewName { get; init; } = "";

    /// <summary>The first <see cref="Capacity"/> bytes to write.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Bytes that this call can move.</summary>
    public int Capacity => (int)Math.Min(Length, MaximumTransfer);

    internal void Save(StateWriter writer)
    {
        writer.Write((byte)Operation);
        writer.Write(Handle);
        writer.Write(Value);
        writer.Write(Length);
        writer.Write(Buffer);
        writer.Write(Encoding.UTF8.GetBytes(Name));
        writer.Write(Encoding.UTF8.GetBytes(NewName));
        writer.Write(Data.Span);
    }

    internal static HostRequest Read(ref StateReader reader) => new((SemihostingOperation)reader.ReadByte())
    {
        Handle = reader.ReadUInt32(),
        Value = reader.ReadUInt32(),
        Length = reader.ReadUInt32(),
        Buffer = reader.ReadUInt32(),
        Name = Encoding.UTF8.GetString(reader.ReadBytes()),
        NewName = Encoding.UTF8.GetString(reader.ReadBytes()),
        Data = reader.ReadBytes().ToArray(),
    };
}
