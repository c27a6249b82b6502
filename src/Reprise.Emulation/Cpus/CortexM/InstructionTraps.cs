using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>CCR.DIV_0_TRP and CCR.UNALIGN_TRP (DDI 0403E, B3.2.8): which instructions fault by them, and when.</summary>
internal sealed class InstructionTraps(
    ICortexMRegisters registers,
    MemoryMap memory,
    ThumbDecoder decoder,
    SystemControl control,
    Func<bool> trapsFloatingPoint,
    Func<uint, bool> tryCompleteFrame)
    : IInstructionTraps
{
    /// <summary>Exception number for the engine's exit; above all of Unicorn's.</summary>
    public const uint DivideByZero = 0x100;

    /// <summary>Exception number for the engine's exit.</summary>
    public const uint Unaligned = 0x101;

    /// <summary>Unicorn's own exception number.</summary>
    public const uint Misaligned = 4;

    public bool FindsMisalignment { get; set; }

    public uint Enabled => (control.TrapsDivideByZero ? 1u : 0) | (control.TrapsUnaligned ? 2u : 0) | (FindsMisalignment ? 4u : 0);

    /// <summary>A division can't be stopped at in an IT block.</summary>
    public TrapCheck CheckOf(ulong address)
    {
        var code = (ReadOnlySpan<byte>)memory.BytesFrom(address);
        if (control.TrapsDivideByZero && Divisor(code) is not null)
        {
            return decoder.MayBeSkipped(memory, address) ? TrapCheck.Alone : TrapCheck.InPlace;
        }

        return Traps(ThumbAccess.Of(code)) ? TrapCheck.Access : TrapCheck.None;
    }

    public uint? Find(ulong address, bool isBetween)
    {
        var code = (ReadOnlySpan<byte>)memory.BytesFrom(address);
        if (isBetween && !ProgramStatus.IsExecuted(registers.Read(ArmRegister.Xpsr)))
        {
            return null;
        }

        if (control.TrapsDivideByZero && Divisor(code) is { } divisor)
        {
            return registers.Read(divisor) == 0 ? DivideByZero : null;
        }

        var access = ThumbAccess.Of(code);
        return !Traps(access) || access.IsAligned(registers, (uint)address)
            || (access.IsFloatingPoint && trapsFloatingPoint())
                ? null
                : Unaligned;
    }

    /// <summary>Not said of exclusive accesses, whose alignment the emulator knows of itself.</summary>
    public bool IsAlignedEnough(uint exception)
    {
        var pc = registers.Read(ArmRegister.Pc);
        var access = ThumbAccess.Of(memory.BytesFrom(pc));
        return exception == Misaligned && access is { AlwaysTraps: true, IsFloatingPoint: true }
            && access.IsAligned(registers, pc);
    }

    public bool TryResolve(uint exception) => tryCompleteFrame(exception);

    private bool Traps(ThumbAccess access) =>
        access.Alignment != 0 && (control.TrapsUnaligned || (FindsMisalignment && access.AlwaysTraps));

    /// <summary>SDIV and UDIV (A7.7.127, A7.7.195): Rm. SP and PC are unpredictable there, and never zero here.</summary>
    private static ArmRegister? Divisor(ReadOnlySpan<byte> code)
    {
        if (code.Length < sizeof(uint)
            || (BinaryPrimitives.ReadUInt32LittleEndian(code) & 0xf0f0_ffd0) != 0xf0f0_fb90)
        {
            return null;
        }

        return (code[2] & 15) switch
        {
            13 or 15 => null,
            14 => ArmRegister.Lr,
            var number => ArmRegister.R0 + number,
        };
    }
}
