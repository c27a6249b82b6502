using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

// Goal: count blocks that are translated again and again, because they are written, without a stub for each translation, which
// would fill the stubs' memory.
//
// It is called from where the hook was, so that it can go on to the hook's slow path as the hook itself would have.

/// <summary>The counter that the heads of many blocks call with their entry.</summary>
internal sealed unsafe class SharedCounter
{
    /// <summary>Bytes of <c>mov rax, entry; call counter</c>.</summary>
    public const int Length = MoveLength + CallLength;

    private const int MoveLength = 10;
    private const int CallLength = 5;
    private const byte Call = 0xE8;

    private readonly nint _address;

    /// <param name="state">What counts.</param>
    /// <param name="unicorn">The hook's first argument.</param>
    /// <param name="area">Takes its code.</param>
    public SharedCounter(CounterState* state, nint unicorn, ExecutableMemory area)
    {
        var code = new Assembler(64);
        var slow = code.CreateLabel();
        code.mov(rcx, (ulong)state);
        code.mov(r8d, __dword_ptr[rcx + CounterState.EpochOffset]);
        code.cmp(__dword_ptr[rax + BlockEntry.EpochOffset], r8d);
        code.jne(slow);
        CounterCode.EmitCount(code, slow);
        code.ret();
        code.Label(ref slow);
        code.mov(rdi, (ulong)unicorn);
        code.mov(rsi, __qword_ptr[rax + BlockEntry.AddressOffset]);
        code.mov(edx, __dword_ptr[rax + BlockEntry.SizeAndEpochOffset]);
        CounterCode.EmitSlow(code);
        _address = area.Append(CounterCode.Bytes(code, area.End));
    }

    /// <summary>The call before an address is this counter's.</summary>
    /// <param name="behindHook">An address with translated code before it.</param>
    public bool IsCalledBefore(nint behindHook)
    {
        // SAFETY: the caller says that the bytes are there.
        var call = new ReadOnlySpan<byte>((void*)(behindHook - CallLength), CallLength);
        return call[0] == Call && behindHook + BinaryPrimitives.ReadInt32LittleEndian(call[1..]) == _address;
    }

    /// <summary>Puts <c>nop...; mov rax, entry; call counter</c> in the place of a hook's call.</summary>
    /// <param name="head">Where that begins; at least <see cref="Length"/> bytes.</param>
    /// <param name="behindHook">Where it ends.</param>
    /// <param name="entry">The block.</param>
    public void Replace(nint head, nint behindHook, BlockEntry* entry)
    {
        // SAFETY: it is the hook's call, which has run; only this thread runs translated code.
        var code = new Span<byte>((void*)head, (int)(behindHook - head));
        for (var padding = code[..^Length]; !padding.IsEmpty;)
        {
            var nop = Nop(padding.Length);
            nop.CopyTo(padding);
            padding = padding[nop.Length..];
        }

        code = code[^Length..];
        (code[0], code[1]) = (0x48, 0xB8);
        BinaryPrimitives.WriteInt64LittleEndian(code[2..], (nint)entry);
        code[MoveLength] = Call;
        BinaryPrimitives.WriteInt32LittleEndian(code[(MoveLength + 1)..], checked((int)(_address - behindHook)));
    }

    /// <summary>One instruction that does nothing, of so many bytes or of eight (SDM volume 2, NOP).</summary>
    private static ReadOnlySpan<byte> Nop(int length) => length switch
    {
        1 => [0x90],
        2 => [0x66, 0x90],
        3 => [0x0F, 0x1F, 0x00],
        4 => [0x0F, 0x1F, 0x40, 0x00],
        5 => [0x0F, 0x1F, 0x44, 0x00, 0x00],
        6 => [0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00],
        7 => [0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00],
        _ => [0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
    };
}
