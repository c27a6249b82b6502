using Iced.Intel;
using Reprise.Unicorn;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

// Goal: x86's vectors of 16 bytes raise #GP at other addresses, and aligned ones stay as fast as they are.
//
// Unicorn makes two accesses of 8 bytes of one, and asks for no alignment. The lookup of the first is put as if 16 had been
// asked for, so that a misaligned address never compares equal and goes to the helper. But the helper is not told: what it
// would call is missing for x86. Its call goes to a few instructions of ours, which look at the address once more, and go on
// to the helper, or to Unicorn's function that raises an exception, with the access's return address.
//
// Invariant: a lookup is changed only where every instruction of it and of the way to its helper is the expected one.

/// <summary>Makes an access of translated x86 code raise #GP at an address that is no multiple of 16.</summary>
internal sealed unsafe class VectorCheck : IDisposable
{
    private const byte LowBits = 15;
    private const int LowestOfWord = 7;
    private const int LongestLookup = 64;
    private const int LongestCall = 48;
    private const int ProtectionFault = 13;
    private const byte NoOperation = 0x90;
    private const byte CallNear = 0xE8;
    private const byte JumpNear = 0xE9;
    private const int LengthOfNear = 5;

    // A call reaches 2 GiB; the buffer of translated code is 1 GiB.
    private const int Reach = 960 << 20;

    private readonly nint _load = Export("helper_le_ldq_mmu_x86_64");
    private readonly nint _store = Export("helper_le_stq_mmu_x86_64");
    private readonly nint _raise = Export("raise_exception_err_ra_x86_64");
    private ExecutableMemory? _area;
    private bool _isOff;
    private nint _checkedLoad;
    private nint _checkedStore;

    /// <summary>
    /// <c>shr edi; and rdi, mask; add rdi, table; lea rsi, [address + 7]; and rsi, page; cmp rsi, [rdi]; mov rsi, address; jne
    /// slow</c>; and, at its target, <c>call helper</c> or <c>push r8; jmp helper</c>, near or through a constant.
    /// </summary>
    /// <returns>False: it is another lookup.</returns>
    public bool TryPatch(nint lookup)
    {
        var reader = HostCode.DecoderAt(lookup, LongestLookup);
        Span<Instruction> parts = stackalloc Instruction[8];
        foreach (ref var part in parts)
        {
            reader.Decode(out part);
        }

        var (load, cut, compare, branch) = (parts[3], parts[4], parts[5], parts[7]);
        if (parts[1].Code != Code.And_r64_rm64 || parts[2].Code != Code.Add_r64_rm64
            || load.Code != Code.Lea_r64_m || load.Op0Register != Register.RSI || load.MemoryIndex != Register.None
            || load.MemoryDisplSize != 1
            || cut.Code != Code.And_rm64_imm32 || cut.Op0Register != Register.RSI
            || compare.Code != Code.Cmp_r64_rm64 || compare.Op0Register != Register.RSI
            || compare.MemoryBase != Register.RDI || parts[6].Op0Register != Register.RSI || branch.Code != Code.Jne_rel32_64)
        {
            return false;
        }

        if (load.MemoryDisplacement64 == 0 && ((uint)cut.Immediate32to64 & LowBits) == LowBits)
        {
            return true; // it is done
        }

        if (load.MemoryDisplacement64 != LowestOfWord || FindCall((nint)branch.NearBranchTarget) is not { } call
            || !HasStubs(lookup))
        {
            return false;
        }

        // SAFETY: the lookup and its helper's call lie in the buffer of translated code, which only this thread runs; the
        // area was taken within the reach of a call.
        if (call.Length > LengthOfNear)
        {
            *(byte*)(call.Next - call.Length) = NoOperation;
        }

        *(byte*)(call.Next - LengthOfNear) = call.IsStore ? JumpNear : CallNear;
        *(int*)(call.Next - sizeof(int)) = (int)((call.IsStore ? _checkedStore : _checkedLoad) - call.Next);
        *(byte*)(load.NextIP - 1) = 0;
        *(byte*)(cut.NextIP - sizeof(uint)) |= LowBits;
        return true;
    }

    public void Dispose() => _area?.Dispose();

    /// <summary>The call or jump to the helper, what is behind it, and its length, which is 5 or 6.</summary>
    private (nint Next, int Length, bool IsStore)? FindCall(nint slow)
    {
        var reader = HostCode.DecoderAt(slow, LongestCall);
        Instruction last = default;
        while (reader.IP < (ulong)(slow + LongestCall - 16))
        {
            reader.Decode(out var instruction);
            if (instruction.Code is Code.Call_rel32_64 or Code.Call_rm64 or Code.Jmp_rel32_64 or Code.Jmp_rm64)
            {
                var isStore = instruction.Mnemonic == Mnemonic.Jmp;
                return TargetOf(instruction) == (isStore ? _store : _load)
                    && last.Op0Register == (isStore ? Register.R8 : Register.RCX)
                    && instruction.Length is LengthOfNear or LengthOfNear + 1
                        ? ((nint)instruction.NextIP, instruction.Length, isStore)
                        : null;
            }

            last = instruction;
        }

        return null;
    }

    // SAFETY: translated code reads its target from there, in its own buffer.
    private static nint TargetOf(in Instruction branch) =>
        branch.IsIPRelativeMemoryOperand ? *(nint*)branch.IPRelativeMemoryAddress
        : branch.Op0Kind == OpKind.NearBranch64 ? (nint)branch.NearBranchTarget
        : 0;

    private bool HasStubs(nint lookup)
    {
        if (_area is null && !_isOff)
        {
            _isOff = _load == 0 || _store == 0 || _raise == 0;
            _area = _isOff ? null : ExecutableMemory.Below(lookup, Environment.SystemPageSize, Reach);
            _isOff |= _area is null;
            if (_area is not null)
            {
                _checkedLoad = Append(_area, _load, rcx);
                _checkedStore = Append(_area, _store, r8);
            }
        }

        // All of the buffer is in reach of an area that is in reach of one end of it only if it says so here.
        return _area is { } area && Math.Abs(lookup - area.Address) < int.MaxValue - (64 << 20);
    }

    /// <param name="area">Where to.</param>
    /// <param name="helper">Of the access: state in rdi, address in rsi.</param>
    /// <param name="returnAddress">Has the access's return address.</param>
    private nint Append(ExecutableMemory area, nint helper, AssemblerRegister64 returnAddress)
    {
        var code = new Assembler(64);
        var misaligned = code.CreateLabel();
        code.test(sil, LowBits);
        code.jne(misaligned);
        code.mov(r11, helper);
        code.jmp(r11);
        code.Label(ref misaligned);
        if (returnAddress != rcx)
        {
            code.mov(rcx, returnAddress);
        }

        code.mov(esi, ProtectionFault);
        code.xor(edx, edx); // the error code
        code.mov(r11, _raise);
        code.jmp(r11);
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), (ulong)area.End);
        return area.Append(stream.ToArray());
    }

    private static nint Export(string name) => UnicornLibrary.TryGetExport(name, out var address) ? address : 0;
}
