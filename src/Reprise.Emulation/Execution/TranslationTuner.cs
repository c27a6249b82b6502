using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

// Goal: take the costs that Unicorn adds to each block and each access out of the code it has translated.
//
// What it translates calls the block hook at the head of each block, and after that, and after every load and store, a
// function that looks whether somebody asked to stop. Both calls are replaced in place, once the block has run:
// - The head jumps to a stub that counts the block without looking it up, and back behind both calls. If the block is
//   not to take the fast path, or somebody asked to stop, the stub goes on in the original code.
// - A block that is translated again and again, because it is written, gets no more stubs, which would fill their memory: its
//   head passes its entry to a counter that all blocks share. It is called from where the hook was, so that it can go on to
//   the hook's slow path as the hook itself would have.
// - A look at the request becomes a compare of the flag itself; only when it is set the function is called, with the
//   return address that it had: Unicorn finds out by it which instruction runs.
//
// Invariants:
// - Code is changed only where every instruction is the expected one, with the expected operands. With another version,
//   compiler or host the code stays as it is: that costs speed and nothing else.
// - What the guest does and what the engine is asked do not depend on whether a block was tuned.

/// <summary>Makes translated code count and check without calls.</summary>
internal sealed unsafe class TranslationTuner : IDisposable
{
    private const int AreaSize = 16 << 20;

    /// <summary>Stubs of one block, for all of its translations.</summary>
    private const int MostStubs = 4;

    // A jump reaches 2 GiB; the buffer of translated code is 1 GiB.
    private const int Reach = 960 << 20;

    // mov rdi, address; lea rdi, [rip + distance]: what is near the translated code is reached by the latter.
    private const int MoveLength = 10;
    private const int LeaLength = 7;

    /// <summary>xor esi, esi: a check's second instruction.</summary>
    private static ReadOnlySpan<byte> ZeroEsi => [0x33, 0xF6];

    private const int LongestHead = TranslatedCode.Margin;
    private const int LongestCheck = 18;
    private const int ShortestCheck = 14;

    /// <summary>Nothing was translated yet behind so many zeros.</summary>
    private const int EndOfCode = 64;

    private readonly CounterState* _state;
    private ExecutableMemory? _area;
    private nint _unicorn;
    private nint _checkFunction;
    private nint _checkCall;
    private BlockStub? _stub;
    private SharedCounter? _counter;
    private int _flagOffset;
    private bool _isOff;
    private readonly HashSet<nint> _notTunable = [];

    private readonly TlbTables _tlb;
    private readonly TranslatedCode _code;

    /// <param name="state">What counts.</param>
    /// <param name="tlb">Learns from what is translated.</param>
    /// <param name="code">Where translated code is.</param>
    public TranslationTuner(CounterState* state, TlbTables tlb, TranslatedCode code)
    {
        _state = state;
        _tlb = tlb;
        _code = code;
        if (code.Start != 0)
        {
            // Before another engine takes what is near: then this one would never be tuned.
            _area = ExecutableMemory.Below(code.Start, AreaSize, Reach);
        }
    }

    /// <summary>Translations were dropped: others may come to where they were.</summary>
    public void Forget() => _notTunable.Clear();

    /// <summary>Blocks whose head was replaced.</summary>
    public int TunedBlocks { get; private set; }

    /// <summary>Checks that were replaced.</summary>
    public int TunedChecks { get; private set; }

    /// <summary>
    /// How many instructions the block whose hook runs now was asked to have; 0 for as many as there are, and when it is
    /// not known.
    /// </summary>
    public uint RequestedCount(ulong address) =>
        _code.Contains(_state->ReturnAddress)
            ? TranslatedBlock.RequestedCount(_state->ReturnAddress, address, _code.Start) ?? 0
            : 0;

    /// <summary>Tunes the block whose hook runs now.</summary>
    public void Tune(nint unicorn, BlockEntry* entry)
    {
        var behindHook = _state->ReturnAddress;
        if (_isOff || (_code.Contains(behindHook) && _counter?.IsCalledBefore(behindHook) == true) || _notTunable.Contains(behindHook))
        {
            return;
        }

        if (FindHead(unicorn, behindHook) is not { } head || behindHook - head < SharedCounter.Length)
        {
            _notTunable.Add(behindHook);
            return;
        }

        if (_stub is null && !Prepare(unicorn, behindHook))
        {
            _isOff = true;
            return;
        }

        if (CheckLength(behindHook) is var checkLength and > 0)
        {
            if (entry->Stubs < MostStubs && _area!.Free >= (nuint)_stub!.Length)
            {
                entry->Stubs++;
                var hook = head + LoadLength(head, unicorn);
                BlockStub.WriteJump(head, _stub.Add(_area, entry, behindHook + checkLength, behindHook, hook));
            }
            else
            {
                _counter!.Replace(head, behindHook, entry);
            }

            TunedBlocks++;
        }
        else
        {
            _notTunable.Add(behindHook);
        }

        TuneChecks(behindHook, entry->Address);
    }

    public void Dispose() => _area?.Dispose();

    /// <summary>Start of the hook's call: <c>rdi = uc, rsi = address, edx = size, rcx = state; call</c>.</summary>
    private nint? FindHead(nint unicorn, nint end)
    {
        if (!_code.Contains(end))
        {
            return null;
        }

        // SAFETY: IsTranslated saw that many bytes before and behind it in one mapping.
        var start = end - LeaLength;
        while (LoadLength(start, unicorn) == 0)
        {
            if (--start < end - LongestHead)
            {
                return null;
            }
        }

        var decoder = HostCode.DecoderAt(start, (int)(end - start));
        decoder.Decode(out _);
        decoder.Decode(out var address);
        decoder.Decode(out var size);
        decoder.Decode(out var state);
        decoder.Decode(out var call);
        return address.Op0Register is Register.ESI or Register.RSI && IsConstant(address)
            && size.Op0Register == Register.EDX && IsConstant(size)
            && state.Op0Register == Register.RCX && ConstantOf(state) == (ulong)_state
            && call.Mnemonic == Mnemonic.Call && call.NextIP == (ulong)end
            ? start
            : null;
    }

    /// <summary>Bytes of the instruction at an address if it loads rdi with a value; else 0.</summary>
    private static int LoadLength(nint address, nint value)
    {
        // SAFETY: callers stay LongestHead inside the buffer.
        var code = new ReadOnlySpan<byte>((void*)address, MoveLength);
        return code is [0x48, 0xBF, ..] && BinaryPrimitives.ReadInt64LittleEndian(code[2..]) == value ? MoveLength
            : code is [0x48, 0x8D, 0x3D, ..]
                && address + LeaLength + BinaryPrimitives.ReadInt32LittleEndian(code[3..]) == value ? LeaLength
            : 0;
    }

    private static ulong? ConstantOf(in Instruction instruction) => instruction.Code switch
    {
        Code.Mov_r64_imm64 => instruction.Immediate64,
        Code.Lea_r64_m when instruction.IsIPRelativeMemoryOperand => instruction.IPRelativeMemoryAddress,
        _ => null,
    };

    private static bool IsConstant(in Instruction instruction) =>
        instruction.Code is Code.Mov_r32_imm32 or Code.Mov_r64_imm64 or Code.Mov_rm64_imm32;

    /// <summary>Learns which function checks, and which flag it looks at; takes memory for stubs.</summary>
    private bool Prepare(nint unicorn, nint firstCheck)
    {
        _unicorn = unicorn;
        if (CallAt(firstCheck, out _) is not { } function || FlagOf(function, unicorn) is not { } flag)
        {
            return false;
        }

        _checkFunction = function;
        _flagOffset = checked((int)(flag - _state->CpuState));
        _area ??= ExecutableMemory.Below(_code.Start, AreaSize, Reach);
        if (_area is null)
        {
            return false;
        }

        var code = new Assembler(64);
        code.mov(rdi, (ulong)unicorn);
        code.xor(esi, esi);
        code.mov(rax, (ulong)function);
        code.jmp(rax);
        _checkCall = _area.Append(CounterCode.Bytes(code, _area.End));
        _stub = new BlockStub(_state, unicorn, _flagOffset);
        _counter = new SharedCounter(_state, unicorn, _area);
        return true;
    }

    /// <summary>
    /// The address of the flag that a check begins by testing: <c>rax = uc->cpu; edx = flag; if (edx &gt;= 0) return</c>.
    /// </summary>
    private static nint? FlagOf(nint function, nint unicorn)
    {
        // SAFETY: translated code calls this address, and a function that calls others has more bytes than that.
        var decoder = HostCode.DecoderAt(function, LongestHead);
        decoder.Decode(out var cpu);
        if (cpu.Mnemonic == Mnemonic.Endbr64)
        {
            decoder.Decode(out cpu);
        }

        decoder.Decode(out var flag);
        decoder.Decode(out var test);
        decoder.Decode(out var branch);
        if (cpu.Code != Code.Mov_r64_rm64 || cpu.MemoryBase != Register.RDI || cpu.MemoryIndex != Register.None
            || flag.Code != Code.Mov_r32_rm32 || flag.MemoryBase != cpu.Op0Register || flag.MemoryIndex != Register.None
            || test.Code != Code.Test_rm32_r32
            || test.Op0Register != flag.Op0Register || test.Op1Register != flag.Op0Register
            || branch.Mnemonic != Mnemonic.Jns)
        {
            return null;
        }

        // SAFETY: the function itself is about to do the same read.
        return *(nint*)(unicorn + (nint)cpu.MemoryDisplacement64) + (nint)flag.MemoryDisplacement64;
    }

    /// <summary>Length of the check at an address; 0 when there is none.</summary>
    private int CheckLength(nint address) =>
        CallAt(address, out var length) == _checkFunction || IsTuned(address, out length) ? length : 0;

    /// <summary>Target of a check's call; null when no check begins here.</summary>
    private nint? CallAt(nint address, out int length)
    {
        // SAFETY: callers stay LongestHead before the end of the buffer.
        var code = new ReadOnlySpan<byte>((void*)address, LongestCheck);
        var load = LoadLength(address, _unicorn);
        length = 0;
        if (load == 0 || !code[load..].StartsWith(ZeroEsi))
        {
            return null;
        }

        var start = load + ZeroEsi.Length;
        var call = code[start..];
        if (call[0] == 0xE8)
        {
            length = start + 5;
            return address + length + BinaryPrimitives.ReadInt32LittleEndian(call[1..]);
        }

        length = start + 6;
        var pointer = address + length + BinaryPrimitives.ReadInt32LittleEndian(call[2..]);
        return call is [0xFF, 0x15, ..] && pointer >= _code.Start && pointer < _code.End - sizeof(long)
            ? *(nint*)pointer
            : null;
    }

    private bool IsTuned(nint address, out int length)
    {
        var code = new ReadOnlySpan<byte>((void*)address, LongestCheck);
        foreach (var candidate in (ReadOnlySpan<int>)[LongestCheck - 1, LongestCheck, ShortestCheck, ShortestCheck + 1])
        {
            length = candidate;
            if (code[..length].SequenceEqual(TunedCheck(address, length)))
            {
                return true;
            }
        }

        length = 0;
        return false;
    }

    /// <summary>Compare the flag; not negative: skip; call. As long as what it replaces, the call at the same end.</summary>
    private byte[] TunedCheck(nint address, int length)
    {
        var code = new byte[length];
        code.AsSpan().Fill(0x90);
        (code[0], code[1]) = (0x83, 0xBD);
        BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(2), _flagOffset);
        (code[7], code[8]) = (0x7D, (byte)(length - 9));
        code[^5] = 0xE8;
        BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(length - 4), checked((int)(_checkCall - address - length)));
        return code;
    }

    private void TuneChecks(nint from, ulong block)
    {
        var end = Math.Min(from + TranslatedCode.LongestLook, _code.End - LongestHead);
        end = Math.Min(end, TranslatedBlock.EndOfCode(from, block, _code.Start) ?? end);
        Span<byte> nothing = stackalloc byte[EndOfCode];
        nothing.Clear();

        // SAFETY: the range lies in the buffer, which Unicorn maps writable and executable; only this thread runs it.
        var code = new Span<byte>((void*)from, (int)(end - from));
        var length = code.IndexOf(nothing);
        code = length < 0 ? code : code[..length];
        _tlb.Learn(code);
        for (int at = 0, found; (found = code[at..].IndexOf(ZeroEsi)) >= 0; at += ZeroEsi.Length)
        {
            at += found;
            foreach (var load in (ReadOnlySpan<int>)[MoveLength, LeaLength])
            {
                var address = from + at - load;
                if (at >= load && CallAt(address, out var checkLength) == _checkFunction)
                {
                    TunedCheck(address, checkLength).CopyTo(new Span<byte>((void*)address, checkLength));
                    TunedChecks++;
                }
            }
        }
    }
}
