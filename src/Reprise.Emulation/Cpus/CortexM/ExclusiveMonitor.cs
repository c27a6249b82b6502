using System.Buffers.Binary;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The local exclusive monitor (DDI 0403E, A3.4.1): LDREX opens it, STREX and CLREX close it, and so does every
/// exception's entry and return (B1.5.6, B1.5.8). Unicorn keeps it in its CPU state and has no register for it: an
/// address, all ones when closed, and the value loaded. Both lie side by side in a saved context, at a place that
/// depends on how the library was built; so one LDREX on an engine of its own shows where.
/// </summary>
internal sealed class ExclusiveMonitor(UnicornEngine unicorn)
{
    private const ulong Closed = ulong.MaxValue;

    private static readonly Lazy<int> _offset = new(FindOffset);

    private readonly UnicornContext _context = unicorn.CreateContext();

    public void Clear()
    {
        unicorn.Save(_context);
        if (Address != Closed)
        {
            Set(Closed, 0);
        }
    }

    public void Save(StateWriter writer)
    {
        unicorn.Save(_context);
        writer.Write(Address);
        writer.Write(Address == Closed ? 0 : Value);
    }

    public void Restore(ref StateReader reader)
    {
        var address = reader.ReadUInt64();
        var value = reader.ReadUInt64();
        unicorn.Save(_context);
        Set(address, value);
    }

    private ulong Address => BinaryPrimitives.ReadUInt64LittleEndian(_context.Bytes[_offset.Value..]);

    private ulong Value => BinaryPrimitives.ReadUInt64LittleEndian(_context.Bytes[(_offset.Value + sizeof(ulong))..]);

    private void Set(ulong address, ulong value)
    {
        Write(_context.Bytes[_offset.Value..], address, value);
        unicorn.Restore(_context);
    }

    private static void Write(Span<byte> bytes, ulong address, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(ulong)..], value);
    }

    private static unsafe int FindOffset()
    {
        const uint address = 0x9a8;
        const uint value = 0x5eed_1e55;
        ReadOnlySpan<byte> loadExclusive = [0x51, 0xe8, 0x00, 0x0f]; // ldrex r0, [r1]
        using var memory = new RamRegion("scratch", 0, RamRegion.Alignment);
        loadExclusive.CopyTo(memory.Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(memory.Bytes[(int)address..], value);
        using var engine = UnicornEngine.OpenPlainCortexM(CortexMCore.M3);

        // SAFETY: the memory is disposed after the engine.
        engine.Map(0, (nuint)memory.Size, PagePermissions.All, memory.Pointer);
        engine.WriteRegister(ArmRegister.R0 + 1, address);
        engine.Start(1, (ulong)loadExclusive.Length);
        using var context = engine.CreateContext();
        engine.Save(context);
        Span<byte> wanted = stackalloc byte[2 * sizeof(ulong)];
        Write(wanted, address, value);
        var offset = context.Bytes.IndexOf(wanted);
        return offset >= 0 && offset == context.Bytes.LastIndexOf(wanted)
            ? offset
            : throw new NotSupportedException("this build of Unicorn keeps its exclusive monitor elsewhere");
    }
}
