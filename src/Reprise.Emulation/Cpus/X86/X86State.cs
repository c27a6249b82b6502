using System.Runtime.CompilerServices;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Unicorn's own record of an x86. Its interface names no hidden parts of segments, no privilege level and no error code,
/// and can't change some of what it names; all of it lies at fixed distances in the record that translated code works on
/// (the layout of 2.1.x). <see cref="X86StateFinder"/> finds the record and checks the layout.
/// </summary>
/// <param name="unicorn">The engine.</param>
/// <param name="record">Address of the record.</param>
internal sealed unsafe partial class X86State(UnicornEngine unicorn, nint record)
{
    // Condition codes and DF are kept apart from the other flags.
    public const uint ConditionCodes = 0x8d5;
    private const uint Direction = 1 << 10;
    private const uint Always = 1 << 1;
    private const uint CodesAreFlags = 1;

    private const int ControlFlagsOffset = 136;

    // Cached flags of the record ("hflags").
    private const int CachedFlagsOffset = 176;

    // Exceptions that arithmetic has noted (FloatingExceptions).
    private const int FpuNotes = FpuArithmetic + 2;
    private const int VectorNotes = VectorArithmetic + 2;
    private const int FlushesResults = 4;

    /// <summary>Where the record says how x87 and SSE compute; the second byte is how they round.</summary>
    public const int FpuArithmetic = 776;
    public const int VectorArithmetic = 808;
    private const uint PrivilegeMask = 3;
    private const uint InhibitMask = 1 << 3;
    private const uint Code32 = 1 << 4;
    private const uint Stack32 = 1 << 5;
    private const uint AddsBase = 1 << 6;
    private const uint LongMode = 1 << 14;
    private const uint Code64 = 1 << 15;
    private const uint BlocksNmi = 1 << 2;

    /// <summary>Those that a state may have: not SMM, SVM, MPX or breakpoints of I/O, which are not there.</summary>
    public const uint SavedCachedFlags = 0x00c7_ffff;

    /// <summary>Interrupts are taken at all (always), and an NMI is being served.</summary>
    public const uint SavedCachedFlags2 = 1 | BlocksNmi;

    // SAFETY: the record lives as long as the engine, and is RecordLength bytes long; offsets below are inside of it.
    private readonly byte* _record = (byte*)record;

    /// <summary>Bytes of the record that are the processor's state.</summary>
    public const int RecordLength = 5568;

    /// <summary>General registers in the order of their numbers: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15.</summary>
    public Span<ulong> General => new(_record, 16);

    public ref ulong InstructionPointer => ref At<ulong>(128);

    /// <summary>
    /// RFLAGS. While the engine runs, condition codes and DF lie apart; when it begins, it takes them from the others.
    /// </summary>
    public uint Flags
    {
        get => (uint)unicorn.ReadRegister((int)X86Register.Eflags);
        set
        {
            At<ulong>(152) = value & ConditionCodes;
            At<uint>(168) = CodesAreFlags;
            At<int>(172) = (value & Direction) != 0 ? -1 : 1;
            At<ulong>(136) = value | Always;
        }
    }

    /// <summary>RFLAGS without condition codes and DF, which take time to work out.</summary>
    public ref uint ControlFlags => ref At<uint>(ControlFlagsOffset);

    /// <summary>How condition codes are kept while the engine runs.</summary>
    public ref uint ConditionCodesKind => ref At<uint>(168);

    /// <summary>Cached flags as they are, for saving.</summary>
    public ref uint CachedFlags => ref At<uint>(CachedFlagsOffset);

    /// <summary>More of them.</summary>
    public ref uint CachedFlags2 => ref At<uint>(180);

    /// <summary>The current privilege level.</summary>
    public int PrivilegeLevel
    {
        get => (int)(CachedFlags & PrivilegeMask);
        set => CachedFlags = (CachedFlags & ~PrivilegeMask) | (uint)value;
    }

    /// <summary>The instruction behind STI, MOV SS or POP SS is not interrupted.</summary>
    public bool InhibitsInterrupts
    {
        get => (CachedFlags & InhibitMask) != 0;
        set => CachedFlags = (CachedFlags & ~InhibitMask) | (value ? InhibitMask : 0);
    }

    /// <summary>An NMI is being served, up to the next IRET.</summary>
    public bool NmiIsBlocked
    {
        get => (CachedFlags2 & BlocksNmi) != 0;
        set => CachedFlags2 = (CachedFlags2 & ~BlocksNmi) | (value ? BlocksNmi : 0);
    }

    /// <summary>The current privilege level, for emitted code.</summary>
    public StateWord PrivilegeWord => new((nint)(_record + CachedFlagsOffset), PrivilegeMask);

    public bool IsLongMode => (CachedFlags & LongMode) != 0;

    /// <summary>Protected or long mode, but not virtual-8086 mode.</summary>
    public bool IsProtected => (Cr0 & 1) != 0 && (ControlFlags & VirtualMode) == 0;

    /// <summary>There are tasks to switch to (SDM volume 3, 7.1).</summary>
    public bool HasTasks => IsProtected && !IsLongMode;

    /// <summary>The current task was called, and IRET returns from it: NT.</summary>
    public bool IsNestedTask => (ControlFlags & 1 << 14) != 0;

    /// <summary>16, 32 or 64, as the code segment says.</summary>
    public int Bitness => (CachedFlags & Code64) != 0 ? 64 : (CachedFlags & Code32) != 0 ? 32 : 16;

    /// <summary>Bits of <see cref="ControlFlags"/>, for emitted code.</summary>
    public StateWord FlagsWord(uint mask) => new((nint)(_record + ControlFlagsOffset), mask);

    /// <summary>Bits of one of the registers of 64 bits, for emitted code.</summary>
    public StateWord Word(ref ulong register, ulong mask) => new((nint)Unsafe.AsPointer(ref register), mask);

    public ref ulong Cr0 => ref At<ulong>(424);

    /// <summary>User code is running, or may, in which RFLAGS.AC counts: CR0.AM.</summary>
    public bool MayCheckAlignment => (Cr0 & 1 << 18) != 0;

    /// <summary>User code is running whose accesses must be aligned.</summary>
    public bool ChecksAlignment => PrivilegeLevel == 3 && MayCheckAlignment && (ControlFlags & 1 << 18) != 0;

    public ref ulong Cr2 => ref At<ulong>(424 + 2 * 8);

    public ref ulong Cr3 => ref At<ulong>(424 + 3 * 8);

    public ref ulong Cr4 => ref At<ulong>(424 + 4 * 8);

    public ref ulong Efer => ref At<ulong>(592);

    /// <summary>The number of the x87's top register.</summary>
    public ref uint FpuTop => ref At<uint>(604);

    /// <summary>The x87's status word without the number of the top register.</summary>
    public ushort FpuStatus
    {
        get
        {
            GatherExceptions();
            return At<ushort>(608);
        }

        set
        {
            At<ushort>(608) = value;
            TakeFpuStatus();
        }
    }

    public ushort FpuControl
    {
        get => At<ushort>(610);
        set => unicorn.WriteRegister((int)X86Register.FpuControl, value);
    }

    /// <summary>x87, SSE and model-specific registers but EFER.</summary>
    public Span<byte> KeptByInit => new(_record + 604, 5384 - 604);

    /// <summary>One byte a register: 1 when it is empty.</summary>
    public Span<byte> FpuTags => new(_record + 612, 8);

    /// <summary>An x87 register by its number, not by its distance from the top: 10 bytes.</summary>
    public Span<byte> FpuRegister(int number) => new(_record + 624 + number * 16, 10);

    /// <summary>Last instruction and operand of the x87: opcode, selectors and offsets.</summary>
    public Span<byte> FpuPointers => new(_record + 752, 24);

    /// <summary>Where the last instruction of the x87 was.</summary>
    public (ushort Selector, ulong Offset) FpuInstruction => (At<ushort>(754), At<ulong>(760));

    /// <summary>Where the memory operand of the last one that had one was.</summary>
    public (ushort Selector, ulong Offset) FpuOperand => (At<ushort>(756), At<ulong>(768));

    public uint Mxcsr
    {
        get
        {
            GatherExceptions();
            return At<uint>(816);
        }

        set
        {
            unicorn.WriteRegister((int)X86Register.Mxcsr, value);
            At<byte>(VectorNotes) = 0;
            FollowFlushToZero();
        }
    }

    /// <summary>Exceptions of SSE arithmetic are to be found: one of them is not masked.</summary>
    public bool AsksVectors => (~At<uint>(816) & FloatingExceptions.VectorMasks) != 0;

    /// <summary>Sets flags of MXCSR.</summary>
    public void AddVectorFlags(uint flags) => At<uint>(816) |= flags;

    /// <summary>Has SSE do what MXCSR.FZ says; Unicorn has the x87 do it when MXCSR is loaded.</summary>
    public void FollowFlushToZero()
    {
        At<byte>(FpuArithmetic + FlushesResults) = 0;
        At<byte>(VectorArithmetic + FlushesResults) = (byte)(FloatingExceptions.Flushes(At<uint>(816)) ? 1 : 0);
    }

    /// <summary>Moves exceptions that arithmetic has noted to the x87's status word and MXCSR.</summary>
    public void GatherExceptions()
    {
        ref var status = ref At<ushort>(608);

        // Unicorn's division sets the flag of a division by zero for what is none too; only what is noted is one.
        status &= unchecked((ushort)~FloatingExceptions.DivideByZero);
        status |= FloatingExceptions.Of(At<byte>(FpuNotes));
        status &= unchecked((ushort)~FloatingExceptions.Summary);
        if ((status & ~At<ushort>(610) & FloatingExceptions.All) != 0)
        {
            status |= FloatingExceptions.Summary;
        }

        At<uint>(816) |= FloatingExceptions.Of(At<byte>(VectorNotes));
        At<byte>(FpuNotes) &= FloatingExceptions.DivideByZero;
        At<byte>(VectorNotes) = 0;
    }

    /// <summary>An SSE register: 16 bytes.</summary>
    public Span<byte> Xmm(int number) => new(_record + 824 + number * 64, 16);

    /// <summary>SYSENTER's selector, stack and entry; STAR, the SVM area, LSTAR, CSTAR, FMASK and KernelGSBase.</summary>
    public Span<byte> SystemCallRegisters => new(_record + 4800, 4872 - 4800);

    public uint SystemEnterSelector => At<uint>(4800);

    public ulong SystemEnterStack => At<ulong>(4808);

    public ulong SystemEnterEntry => At<ulong>(4816);

    public ref ulong Star => ref At<ulong>(4824);

    public ref ulong LongStar => ref At<ulong>(4840);

    public ref ulong CompatibilityStar => ref At<ulong>(4848);

    public ref ulong FlagMask => ref At<ulong>(4856);

    public ref ulong TscAux => ref At<ulong>(4896);

    public ref ulong Xcr0 => ref At<ulong>(4904);

    public ref ulong MachineCheckStatus => ref At<ulong>(4912);

    public ref ulong MiscEnable => ref At<ulong>(4920);

    public ref ulong PageAttributes => ref At<ulong>(5280);

    /// <summary>Of the exception that was just reported.</summary>
    public uint ErrorCode => At<uint>(5384);

    /// <summary>Reports an exception as Unicorn does, of the instruction at the PC.</summary>
    public void ReportException(uint errorCode)
    {
        At<uint>(5384) = errorCode;
        At<int>(5388) = 0;
    }

    /// <summary>The exception that was just reported came from INT, INT3 or INTO: the PC is behind it.</summary>
    public bool IsSoftwareInterrupt => At<int>(5388) != 0;

    public Span<ulong> Debug => new(_record + 5400, 8);

    /// <summary>Forgets the exception before, which Unicorn would make a double fault of with the next.</summary>
    public void ForgetException() => At<int>(5496) = -1;

    /// <summary>ES, CS, SS, DS, FS, GS, LDTR, TR, GDTR, IDTR, by <see cref="SegmentNumber"/>.</summary>
    public SegmentRegister Segment(SegmentNumber number)
    {
        var at = SegmentOffset(number);
        return new SegmentRegister((ushort)At<uint>(at), At<ulong>(at + 8), At<uint>(at + 16), At<uint>(at + 20));
    }

    /// <summary>Puts a segment register in place and nothing else; for restoring a whole state.</summary>
    public void SetSegment(SegmentNumber number, SegmentRegister value)
    {
        var at = SegmentOffset(number);
        At<uint>(at) = value.Selector;
        At<ulong>(at + 8) = value.Base;
        At<uint>(at + 16) = value.Limit;
        At<uint>(at + 20) = value.Flags;
    }

    /// <summary>Loads a segment register, with the modes and the privilege level that come of it.</summary>
    public void LoadSegment(SegmentNumber number, SegmentRegister value)
    {
        SetSegment(number, value);
        var flags = CachedFlags;
        if (number == SegmentNumber.Cs)
        {
            flags &= ~(Code32 | Code64);
            flags |= IsLongMode && (value.Flags & SegmentRegister.Long) != 0 ? Code32 | Code64
                : (value.Flags & SegmentRegister.Big) != 0 ? Code32
                : 0;
        }
        else if (number == SegmentNumber.Ss)
        {
            flags = (flags & ~PrivilegeMask) | (uint)value.PrivilegeLevel;
        }

        var stack = Segment(SegmentNumber.Ss);
        var bases = stack.Base | Segment(SegmentNumber.Ds).Base | Segment(SegmentNumber.Es).Base;
        var isFlat = (Cr0 & 1) != 0 && (ControlFlags & VirtualMode) == 0 && (flags & Code32) != 0 && bases == 0;
        flags &= ~(Stack32 | AddsBase);
        flags |= (flags & Code64) != 0 || (stack.Flags & SegmentRegister.Big) != 0 ? Stack32 : 0;
        flags |= (flags & Code64) != 0 || isFlat ? 0 : AddsBase;
        CachedFlags = flags;
    }

    /// <summary>RFLAGS.VM.</summary>
    public const uint VirtualMode = 1 << 17;

    /// <summary>Writes CR0 or CR4, with all that hangs on it.</summary>
    public void WriteControl(X86Register register, ulong value) => unicorn.WriteRegister((int)register, value);

    /// <summary>An MSR that is not in the record.</summary>
    public ulong ReadMsr(uint number)
    {
        Span<byte> request = stackalloc byte[16];
        request.Clear();
        BitConverter.TryWriteBytes(request, number);
        unicorn.ReadRegister((int)X86Register.Msr, request);
        return BitConverter.ToUInt64(request[8..]);
    }

    /// <inheritdoc cref="ReadMsr"/>
    public void WriteMsr(uint number, ulong value)
    {
        Span<byte> request = stackalloc byte[16];
        request.Clear();
        BitConverter.TryWriteBytes(request, number);
        BitConverter.TryWriteBytes(request[8..], value);
        unicorn.WriteRegister((int)X86Register.Msr, request);
    }

    /// <summary>Clears the whole record.</summary>
    public void Clear() => new Span<byte>(_record, RecordLength).Clear();

    private static int SegmentOffset(SegmentNumber number) => 184 + (int)number * 24;

    private ref T At<T>(int offset)
        where T : unmanaged => ref *(T*)(_record + offset);
}
