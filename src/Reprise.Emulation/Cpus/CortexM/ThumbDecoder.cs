using System.Buffers.Binary;
using System.Numerics;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>Instruction lengths of Thumb-2 (ARMv7-M manual, A5.1).</summary>
public sealed class ThumbDecoder : IInstructionDecoder
{
    private const ushort Wfe = 0xbf20;
    private const ushort Wfi = 0xbf30;
    private const ushort Sev = 0xbf40;
    // SYSm of MSR (B5.1.1).
    private const uint FaultMask = 19;
    private const uint Control = 20;
    private const int Sp = 13;
    private const uint ItBits = 0x0600_fc00;

    // An IT instruction and three of its four, all wide.
    private const int LongestItBlock = 2 + (3 * sizeof(uint));

    private const uint WfeWide = 0x8002_f3af;
    private const uint WfiWide = 0x8003_f3af;
    private const uint SevWide = 0x8004_f3af;

    public ulong StartAddress(UnicornEngine unicorn, ulong programCounter) => programCounter | ThumbState(unicorn);

    public bool CanExecute(UnicornEngine unicorn) => ThumbState(unicorn) != 0;

    public ulong ReadProgramCounter(UnicornEngine unicorn) => unicorn.ReadRegister(ArmRegister.Pc);

    /// <summary>
    /// An odd address is no instruction's, and Unicorn looks it up at the end of a run.
    /// </summary>
    public ulong NeverReached => 1;

    /// <summary>4 for a first halfword of 0b11101, 0b11110 or 0b11111 in its top bits, else 2 (A5.1).</summary>
    public int Length(ReadOnlySpan<byte> code) =>
        code.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(code) >= 0xe800 ? 4 : 2;

    /// <summary>
    /// WFE, WFI and SEV in their encodings T1 and T2 (A7.7.261, A7.7.262, A7.7.129), CPS (B5.2.1) and MSR (B5.2.3); what
    /// writes stack pointers (<see cref="StackAlignment"/>).
    /// </summary>
    public InstructionEffect EffectOf(ReadOnlySpan<byte> instruction)
    {
        if (instruction.Length < 2)
        {
            return InstructionEffect.None;
        }

        var first = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
        if (instruction.Length == 2)
        {
            return first switch
            {
                Wfi => InstructionEffect.Halt,
                Wfe => InstructionEffect.WaitForEvent,
                Sev => InstructionEffect.SendEvent,
                _ when StackAlignment.IsAtStake(instruction) => InstructionEffect.Announced,
                _ when (first & 0xffe0) == 0xb660 => (first & 1) != 0 ? InstructionEffect.ModeChange : InstructionEffect.MaskChange,
                _ => InstructionEffect.None,
            };
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(instruction) switch
        {
            WfiWide => InstructionEffect.Halt,
            WfeWide => InstructionEffect.WaitForEvent,
            SevWide => InstructionEffect.SendEvent,
            _ when StackAlignment.IsAtStake(instruction) => InstructionEffect.Announced,
            var word when (word & 0xd000_ffe0) == 0x8000_f380 =>
                (word >> 16 & 0xff) is FaultMask or Control ? InstructionEffect.ModeChange : InstructionEffect.MaskChange,
            _ => InstructionEffect.None,
        };
    }

    /// <summary>
    /// PUSH, POP, LDM and STM (A5.2.5, A5.2.6, A5.3.5), LDRD and STRD (A5.3.6). All begin at their lowest address.
    /// </summary>
    public int LengthOfAccesses(ReadOnlySpan<byte> instruction)
    {
        var length = Length(instruction);
        if (instruction.Length < length)
        {
            return 0;
        }

        var first = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
        var words = (length, first) switch
        {
            (2, _) when (first & 0xf600) == 0xb400 => BitOperations.PopCount((uint)first & 0x1ff),
            (2, _) when (first & 0xf000) == 0xc000 => BitOperations.PopCount((uint)first & 0xff),
            (4, _) when (first & 0xfe40) == 0xe800 =>
                BitOperations.PopCount((uint)BinaryPrimitives.ReadUInt16LittleEndian(instruction[2..])),
            (4, _) when (first & 0xfe40) == 0xe840 && (first & 0x0120) != 0 => 2,
            _ => 0,
        };
        return words * sizeof(uint);
    }

    /// <summary>
    /// A data fill leaves the IT bits of the instruction in EPSR, where translated code expects zero until the block
    /// ends: the next block would begin inside an IT block that is over. Unicorn does not stop inside an IT block.
    /// </summary>
    public bool RepairAfterFill(UnicornEngine unicorn, ReadOnlySpan<byte> instruction)
    {
        var state = unicorn.ReadRegister(ArmRegister.Epsr);
        if ((state & ItBits) != 0)
        {
            unicorn.WriteRegister(ArmRegister.Epsr, state & ~ItBits);
            return true;
        }

        return false;
    }

    /// <summary>LDM, STM, LDRD, STRD and their floating-point kin (A3.2.1).</summary>
    public int AlignmentOf(ReadOnlySpan<byte> code) => ThumbAccess.Of(code).AlwaysTraps ? 4 : 0;

    /// <summary>
    /// LDRD (A7.7.50), immediate, whose first word goes to its base register. With write-back that is unpredictable; here
    /// the address written back would win, and a fault leaves the base as it was.
    /// </summary>
    public bool LosesBase(ReadOnlySpan<byte> code) =>
        code.Length >= sizeof(uint)
        && (BinaryPrimitives.ReadUInt16LittleEndian(code) & 0xfe50) == 0xe850
        && (code[0] & 0x20 | code[1] & 1) != 0
        && code[3] >> 4 == (code[0] & 15)
        && (code[0] & 15) < Sp;

    public bool BeginsAt(UnicornEngine unicorn, ReadOnlySpan<byte> instruction, ulong address) =>
        unicorn.ReadRegister(ArmRegister.R0 + (instruction[0] & 15)) + OffsetOfDouble(instruction) == (uint)address;

    public void RestoreBase(UnicornEngine unicorn, ReadOnlySpan<byte> instruction, ulong address) =>
        unicorn.WriteRegister(
            ArmRegister.R0 + (instruction[0] & 15), (uint)address - sizeof(uint) - OffsetOfDouble(instruction));

    /// <summary>Anything before it that looks like an IT instruction (A7.7.38), and would cover it, counts as one.</summary>
    public bool MayBeSkipped(MemoryMap memory, ulong address)
    {
        for (var distance = 2; distance <= LongestItBlock && address >= (ulong)distance; distance += 2)
        {
            var code = memory.BytesFrom(address - (ulong)distance);
            if (code.Length >= 2 && code[1] == 0xbf && (code[0] & 15) != 0 && Covers(code, distance))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one of the instructions of the IT block that the code begins with is so many bytes behind it.</summary>
    private bool Covers(ReadOnlySpan<byte> code, int distance)
    {
        var at = sizeof(ushort);
        for (var left = 4 - BitOperations.TrailingZeroCount(code[0]); left > 0 && at < Math.Min(distance, code.Length); left--)
        {
            at += Length(code[at..]);
            if (left == 1)
            {
                return false;
            }
        }

        return at == distance;
    }

    /// <summary>LDRT, STRT and their narrow forms (A7.7.67 to A7.7.170): accesses without privilege, whatever the mode.</summary>
    public static bool ActsUnprivileged(ReadOnlySpan<byte> code) =>
        code.Length >= 4
        && (BinaryPrimitives.ReadUInt32LittleEndian(code) & 0x0f00_fe80) == 0x0e00_f800;

    /// <summary>Of coprocessors 10 and 11 (A5.3.18), in its conditional and its other form.</summary>
    public static bool IsFloatingPoint(ReadOnlySpan<byte> code) =>
        code.Length >= sizeof(uint) && (BinaryPrimitives.ReadUInt32LittleEndian(code) & 0x0e00_ec00) == 0x0a00_ec00;

    /// <summary>EPSR.T. An interworking branch can clear it; the next instruction must then be an invalid state.</summary>
    private static uint ThumbState(UnicornEngine unicorn) => unicorn.ReadRegister(ArmRegister.Xpsr) >> 24 & 1;

    /// <summary>What LDRD adds to its base: P and U are bits 8 and 7 of its first halfword; without P nothing.</summary>
    private static uint OffsetOfDouble(ReadOnlySpan<byte> instruction)
    {
        var offset = (uint)instruction[2] * sizeof(uint);
        return (instruction[1] & 1) == 0 ? 0 : (instruction[0] & 0x80) != 0 ? offset : 0 - offset;
    }
}
