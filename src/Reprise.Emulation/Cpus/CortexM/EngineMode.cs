using System.Buffers.Binary;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// What Unicorn keeps of the processor's mode and has no register for: translated code depends on cached flags (handler
/// mode, privilege, floating point trapped), which only the guest's own MSR and CPS work out anew; and the first
/// floating-point instruction obeys FPCCR.ASPEN and FPDSCR. All lie in a saved context. The flags are found by an MSR on
/// an engine of its own, once in thread and once in handler mode; the others are at a fixed distance from PSP.
/// </summary>
internal sealed class EngineMode(UnicornEngine unicorn)
{
    private const uint HandlerFlag = 1 << 9;
    private const uint PrivilegedFlag = 1 << 24;
    private const uint FloatingPointTrapped = 1 << 22;

    // From PSP, on 2.1.4.
    private const int ContextControl = 0x9C;
    private const int Default = 0xA4;
    private const uint Automatic = 1u << 31;

    private static readonly Lazy<(int Flags, int ProcessStack)> _places = new(Find);

    private readonly UnicornContext _context = unicorn.CreateContext();

    /// <param name="handler">Handler mode.</param>
    /// <param name="privileged">Handler mode, or CONTROL.nPRIV clear.</param>
    /// <param name="trapsFloatingPoint">Floating-point instructions are exceptions.</param>
    /// <param name="automatic">FPCCR.ASPEN.</param>
    /// <param name="defaults">FPDSCR.</param>
    public void Set(bool handler, bool privileged, bool trapsFloatingPoint, bool automatic, uint defaults)
    {
        unicorn.Save(_context);
        var (flags, stack) = _places.Value;
        var changed = Change(
            flags,
            HandlerFlag | PrivilegedFlag | FloatingPointTrapped,
            (handler ? HandlerFlag : 0) | (privileged ? PrivilegedFlag : 0)
                | (trapsFloatingPoint ? FloatingPointTrapped : 0));
        changed |= Change(stack + ContextControl, Automatic, automatic ? Automatic : 0);
        changed |= Change(stack + Default, uint.MaxValue, defaults);
        if (changed)
        {
            unicorn.Restore(_context);
        }
    }

    private bool Change(int offset, uint mask, uint wanted)
    {
        var bytes = _context.Bytes[offset..];
        var value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (value & ~mask) | wanted);
        return (value & mask) != wanted;
    }

    private static unsafe (int Flags, int ProcessStack) Find()
    {
        const uint pattern = 0x5EED_1E50;
        const uint thread = 1 << 24;
        const uint handler = thread | 3;
        ReadOnlySpan<byte> code = [0x80, 0xf3, 0x14, 0x88]; // msr control, r0
        using var memory = new RamRegion("scratch", 0, RamRegion.Alignment);
        code.CopyTo(memory.Bytes);
        using var engine = UnicornEngine.OpenPlainCortexM(CortexMCore.M4);

        // SAFETY: the memory is disposed after the engine.
        engine.Map(0, (nuint)memory.Size, PagePermissions.All, memory.Pointer);
        engine.WriteRegister(ArmRegister.Psp, pattern);
        using var first = engine.CreateContext();
        using var second = engine.CreateContext();
        foreach (var (status, context) in (ReadOnlySpan<(uint, UnicornContext)>)[(thread, first), (handler, second)])
        {
            engine.WriteRegister(ArmRegister.Xpsr, status);
            engine.Start(1, (ulong)code.Length);
            engine.Save(context);
        }

        var flags = -1;
        var stack = -1;
        for (var at = 0; at + sizeof(uint) <= first.Bytes.Length; at += sizeof(uint))
        {
            var before = BinaryPrimitives.ReadUInt32LittleEndian(first.Bytes[at..]);
            var after = BinaryPrimitives.ReadUInt32LittleEndian(second.Bytes[at..]);
            flags = before + HandlerFlag == after && (before & PrivilegedFlag) != 0 ? at : flags;
            stack = before == pattern && stack < 0 ? at : stack;
        }

        return flags >= 0 && stack >= 0
            ? (flags, stack)
            : throw new NotSupportedException("this build of Unicorn keeps the mode of a Cortex-M elsewhere");
    }
}
