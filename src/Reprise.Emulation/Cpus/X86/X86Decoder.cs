using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Instruction lengths and effects of x86, in the mode of the code segment.</summary>
/// <param name="state">Says which mode that is.</param>
internal sealed class X86Decoder(X86State state) : IInstructionDecoder
{
    // Longer ones are #GP (SDM volume 2, 2.3.11).
    private const int LongestInstruction = 15;

    private const int LengthOfVector = 16;
    private const byte TwoByteOpcode = 0x0F;

    // What modes are told apart by.
    private const uint IsProtected = 1 << 8;
    private const uint IsUsers = 1 << 9;

    private const uint ResumeFlag = 1 << 16;

    private const byte FarReturn = 0xCB;
    private const byte FarReturnAndRelease = 0xCA;

    private readonly OperandAddresses _addresses = new(state);
    private readonly InstructionBytes _bytes16 = new(16);
    private readonly InstructionBytes _bytes32 = new(32);
    private readonly InstructionBytes _bytes64 = new(64);

    /// <summary>Not canonical, so that it is no code's in any mode; RunTo never gets there.</summary>
    public ulong NeverReached => 0x7FFF_0000_0000_1001;

    public uint Mode => (uint)state.Bitness | (state.IsProtected ? IsProtected : 0) | (state.PrivilegeLevel == 3 ? IsUsers : 0);

    public bool HasPorts => true;

    public bool IsBehindException => state.IsSoftwareInterrupt;

    public ulong StartAddress(UnicornEngine unicorn, ulong programCounter) => state.InstructionPointer;

    public bool CanExecute(UnicornEngine unicorn) => true;

    public ulong ReadProgramCounter(UnicornEngine unicorn) => ProgramCounter;

    /// <summary>The linear address of the next instruction.</summary>
    public ulong ProgramCounter => state.Segment(SegmentNumber.Cs).Base + state.InstructionPointer;

    public int Length(ReadOnlySpan<byte> code)
    {
        var instruction = Decode(code);
        return instruction.IsInvalid ? LongestInstruction : instruction.Length;
    }

    /// <summary>
    /// HLT; INT1, loads of system registers, MSRs, debug registers and CR8; LOCK of what can't be; what uses floating-point flags; what loads the interrupt flag: STI, POPF, IRET
    /// and SYSRET; what may switch tasks: IRET and far transfers; and what returns to outer rings or may begin to check alignment
    /// there.
    /// </summary>
    public InstructionEffect EffectOf(ReadOnlySpan<byte> instruction)
    {
        var decoded = Decode(instruction);
        return decoded.Mnemonic switch
        {
            _ when EmulatedInstructions.IsLockedInVain(decoded) => InstructionEffect.Emulated,
            Mnemonic.Hlt => InstructionEffect.Halt,
            Mnemonic.Int1 => InstructionEffect.Emulated,
            Mnemonic.Rdmsr or Mnemonic.Wrmsr => InstructionEffect.Announced,
            Mnemonic.Mov when IsDebugMove(decoded) || IsTaskPriorityMove(decoded) => InstructionEffect.Emulated,
            Mnemonic.Neg when InstructionRepairs.IsLockedNegation(decoded) => InstructionEffect.Announced,
            Mnemonic.Cmpxchg when state.Bitness == 64 && InstructionRepairs.IsNarrowExchange(decoded) => InstructionEffect.Announced,
            Mnemonic.Smsw when InstructionRepairs.IsWholeStatus(decoded) => InstructionEffect.Announced,
            Mnemonic.Mov when EmulatedInstructions.IsCr4Load(decoded) || ProtectionSwitch.IsCr0Load(decoded) =>
                InstructionEffect.Announced,
            _ when CoprocessorInstructions.MayBeWrong(OpcodeIn(instruction)) => InstructionEffect.Announced,
            _ when InstructionRepairs.IsWideExchange(decoded.Mnemonic) => InstructionEffect.AnnouncedFirst,
            _ when FloatingExceptions.AreUsedBy(decoded.Mnemonic) => InstructionEffect.Announced,
            Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq when state.IsProtected => InstructionEffect.AnnouncedMaskChange,
            Mnemonic.Sti => InstructionEffect.MaskChange,
            Mnemonic.Sysret or Mnemonic.Sysretq => InstructionEffect.AnnouncedMaskChange,
            Mnemonic.Popf or Mnemonic.Popfd or Mnemonic.Popfq or Mnemonic.Iret or Mnemonic.Iretd or Mnemonic.Iretq =>
                state.PrivilegeLevel == 3 ? InstructionEffect.AnnouncedMaskChange : InstructionEffect.MaskChange,
            _ when state.Bitness == 64 && SystemLoads.MayBe(decoded) => InstructionEffect.Announced,
            Mnemonic.Retf when state.IsProtected => InstructionEffect.Announced,
            Mnemonic.Sysexit or Mnemonic.Sysexitq => InstructionEffect.Announced,
            _ when state.HasTasks && TaskTransfers.IsFar(decoded) => InstructionEffect.Announced,
            _ => InstructionEffect.None,
        };
    }

    /// <summary>A run begins with the condition codes of RFLAGS, and in the midst of one they lie apart.</summary>
    public void RepairAfterRestore() => state.Flags = state.Flags;

    /// <summary>RF: no instruction breakpoint stops the next one.</summary>
    public bool RunsNextAlone => (state.ControlFlags & ResumeFlag) != 0;

    /// <summary>LOCK with BT, BTS, BTR or BTC of a register.</summary>
    public bool CantBeTranslated(ReadOnlySpan<byte> instruction) => Decode(instruction) is
        { HasLockPrefix: true, Op0Kind: OpKind.Register, Mnemonic: Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc };

    public void EndRunAlone() => state.ControlFlags &= ~ResumeFlag;

    public bool WritesOverEdge(ReadOnlySpan<byte> instruction, ulong page) => _addresses.WritesOver(Decode(instruction), page);

    public uint BlockState
    {
        get => state.ConditionCodesKind;
        set => state.ConditionCodesKind = value;
    }

    /// <summary>
    /// SSE's operands of 16 bytes but for those that are said to be unaligned (SDM volume 1, 4.1.1). CMPXCHG16B asks itself.
    /// </summary>
    public int AlignmentOf(ReadOnlySpan<byte> code)
    {
        if (OpcodeIn(code) is not [TwoByteOpcode, ..])
        {
            return 0;
        }

        var instruction = Decode(code);
        return instruction.MemorySize.GetSize() == LengthOfVector && instruction.Mnemonic is not (
            Mnemonic.Movups or Mnemonic.Movupd or Mnemonic.Movdqu or Mnemonic.Lddqu or Mnemonic.Maskmovdqu or Mnemonic.Cmpxchg16b)
                ? LengthOfVector
                : 0;
    }

    public int LengthOfAccesses(ReadOnlySpan<byte> instruction) => 0;

    /// <summary>
    /// ENTER, far calls and returns, and IRET: Unicorn does them in one piece, and changes registers even when it was told to
    /// stop by one of their accesses.
    /// </summary>
    public bool RepairAfterFill(UnicornEngine unicorn, ReadOnlySpan<byte> instruction)
    {
        var opcode = OpcodeIn(instruction);
        return !opcode.IsEmpty && opcode[0] switch
        {
            0x9A or 0xC8 or FarReturn or FarReturnAndRelease or 0xCF => true,
            0xFF => opcode.Length > 1 && (opcode[1] >> 3 & 7) is 3 or 5, // CALL and JMP (SDM volume 2, table A-6)
            _ => false,
        };
    }

    /// <summary>Without protection.</summary>
    public bool JumpsEarly => !state.IsProtected;

    /// <summary>A far return without protection: it pops the instruction pointer, and then CS.</summary>
    public (ulong Address, int Size) EarlyJump(ReadOnlySpan<byte> instruction)
    {
        if (OpcodeIn(instruction) is not [FarReturn or FarReturnAndRelease, ..])
        {
            return default;
        }

        return (_addresses.OfStack, Decode(instruction).Code is Code.Retfd or Code.Retfd_imm16 ? 4 : 2);
    }

    public void SetEarlyJump(uint target) => state.InstructionPointer = target;

    /// <summary>The instruction that the code begins with.</summary>
    public Instruction Decode(ReadOnlySpan<byte> code) => state.Bitness switch
    {
        64 => _bytes64.Decode(code),
        32 => _bytes32.Decode(code),
        _ => _bytes16.Decode(code),
    };

    /// <summary>The instruction behind its prefixes.</summary>
    public ReadOnlySpan<byte> OpcodeIn(ReadOnlySpan<byte> instruction)
    {
        var longest = Math.Min(instruction.Length, LongestInstruction);
        var prefixes = 0;
        while (prefixes < longest && IsPrefix(instruction[prefixes]))
        {
            prefixes++;
        }

        if (prefixes == longest)
        {
            return [];
        }

        var isRex = state.Bitness == 64 && instruction[prefixes] >> 4 == 4;
        return instruction[(prefixes + (isRex ? 1 : 0))..];
    }

    /// <summary>LOCK, REP, segments, sizes (SDM volume 2, 2.1.1).</summary>
    private static bool IsPrefix(byte value) => value is
        0xF0 or 0xF2 or 0xF3 or 0x2E or 0x36 or 0x3E or 0x26 or 0x64 or 0x65 or 0x66 or 0x67;

    private static bool IsDebugMove(in Instruction instruction) =>
        instruction.Op0Register.IsDR() || instruction.Op1Register.IsDR();

    private static bool IsTaskPriorityMove(in Instruction instruction) =>
        instruction.Op0Register == Register.CR8 || instruction.Op1Register == Register.CR8;

    /// <summary>A decoder that is used again and again, often for the same code several times in a row.</summary>
    private sealed class InstructionBytes
    {
        private readonly byte[] _bytes = new byte[LongestInstruction];
        private Instruction _latest;
        private int _length = -1;
        private readonly ByteArrayCodeReader _reader;
        private readonly Decoder _decoder;

        public InstructionBytes(int bitness)
        {
            _reader = new ByteArrayCodeReader(_bytes);

            // What Iced calls invalid may be an instruction to Unicorn, and the length is what counts here.
            _decoder = Decoder.Create(bitness, _reader, DecoderOptions.NoInvalidCheck);
        }

        public Instruction Decode(ReadOnlySpan<byte> code)
        {
            var length = Math.Min(code.Length, LongestInstruction);
            if (length == _length && code[..length].SequenceEqual(_bytes.AsSpan(0, length)))
            {
                return _latest;
            }

            code[..length].CopyTo(_bytes);
            _bytes.AsSpan(length).Clear();
            _reader.Position = 0;
            _length = length;
            _decoder.Decode(out _latest);
            return _latest;
        }
    }
}
