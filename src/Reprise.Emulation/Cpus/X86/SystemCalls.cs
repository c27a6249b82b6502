namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// SYSCALL and SYSENTER, of which Unicorn does nothing but to go on behind them. Their ways back, SYSRET and SYSEXIT, are
/// its own.
/// </summary>
/// <param name="state">The registers.</param>
internal sealed class SystemCalls(X86State state)
{
    private const ulong EnableSystemCalls = 1 << 0;
    private const uint InterruptFlag = 1 << 9;
    private const uint ResumeFlag = 1 << 16;
    private const int Rcx = 1;
    private const int R11 = 11;
    private const int StackPointer = 4;

    // A flat segment of 4 GiB: present, accessed, with granularity.
    private const uint Flat = SegmentRegister.Present | SegmentRegister.NotSystem | SegmentRegister.Accessed
        | SegmentRegister.Granular | 0xf0000;

    private const uint Data = Flat | SegmentRegister.Writable | SegmentRegister.Big;
    private const uint Code = Flat | SegmentRegister.Code | SegmentRegister.Readable;

    /// <summary>
    /// SYSCALL (AMD volume 3; SDM volume 2): to LSTAR from 64-bit code, to CSTAR from other code in long mode, to STAR
    /// elsewhere. Where SDM has #UD outside of 64-bit code, this goes on as AMD's processors and QEMU do.
    /// </summary>
    /// <param name="length">Bytes of the instruction.</param>
    /// <returns>The exception that it raises instead; null for none.</returns>
    public GuestFault? Call(int length)
    {
        if ((state.Efer & EnableSystemCalls) == 0)
        {
            return new GuestFault(GuestFault.InvalidOpcode);
        }

        var flags = state.Flags;
        var next = state.InstructionPointer + (uint)length;
        ulong target;
        if (state.IsLongMode)
        {
            target = state.Bitness == 64 ? state.LongStar : state.CompatibilityStar;
            state.General[Rcx] = next;
            state.General[R11] = flags & ~ResumeFlag;
            state.Flags = flags & ~((uint)state.FlagMask | ResumeFlag);
        }
        else
        {
            target = (uint)state.Star;
            state.General[Rcx] = (uint)next;
            state.Flags = flags & ~(InterruptFlag | ResumeFlag | X86State.VirtualMode);
        }

        EnterRing0((ushort)(state.Star >> 32));
        state.InstructionPointer = target;
        return null;
    }

    /// <summary>SYSENTER (SDM volume 2): to the selector, stack and entry of its three MSRs.</summary>
    /// <returns>The exception that it raises instead; null for none.</returns>
    public GuestFault? Enter()
    {
        if ((state.SystemEnterSelector & 0xfffc) == 0)
        {
            return new GuestFault(GuestFault.Protection);
        }

        // Condition codes lie elsewhere, and the block that ends here may yet have to put them there.
        state.ControlFlags &= ~(InterruptFlag | X86State.VirtualMode);
        EnterRing0((ushort)state.SystemEnterSelector);
        state.General[StackPointer] = state.IsLongMode ? state.SystemEnterStack : (uint)state.SystemEnterStack;
        state.InstructionPointer = state.IsLongMode ? state.SystemEnterEntry : (uint)state.SystemEnterEntry;
        return null;
    }

    private void EnterRing0(ushort selector)
    {
        var code = (ushort)(selector & ~3);
        var kind = Code | (state.IsLongMode ? SegmentRegister.Long : SegmentRegister.Big);
        state.LoadSegment(SegmentNumber.Cs, new SegmentRegister(code, 0, uint.MaxValue, kind));
        state.LoadSegment(SegmentNumber.Ss, new SegmentRegister((ushort)(code + 8), 0, uint.MaxValue, Data));
    }
}
