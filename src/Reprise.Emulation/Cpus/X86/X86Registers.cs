using System.Buffers.Binary;
using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>All registers of an x86: as a debugger names them, in snapshots, and at power-on.</summary>
internal sealed class X86Registers
{
    private const int FpuCount = 8;

    /// <summary>What a debugger may not change of RFLAGS: VM, and what is not there.</summary>
    private const uint ChangeableFlags = 0x0025_7fd5;

    /// <summary>MTRRs, fixed and variable, and their default (SDM volume 3, 11.11.2): Unicorn keeps them elsewhere.</summary>
    private static readonly uint[] _memoryTypes =
    [
        .. Enumerable.Range(0x200, 16).Select(number => (uint)number),
        0x250, 0x258, 0x259, .. Enumerable.Range(0x268, 8).Select(number => (uint)number), 0x2ff,
    ];

    private readonly X86State _state;
    private readonly X86Model _model;
    private readonly List<(RegisterInfo Info, Reader Read, Writer? Write)> _all = [];

    /// <param name="state">The registers.</param>
    /// <param name="model">Which of them there are.</param>
    /// <param name="findApic">Finds the local APIC, which has CR8; null when there is none.</param>
    public X86Registers(X86State state, X86Model model, Func<ILocalApic?> findApic)
    {
        _state = state;
        _model = model;
        string[] general = model.Is64Bit
            ? ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", .. Enumerable.Range(8, 8).Select(n => $"r{n}")]
            : ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
        var width = model.Is64Bit ? 64 : 32;
        for (var i = 0; i < general.Length; i++)
        {
            var number = i;
            AddWord(general[i], width, () => _state.General[number], value => _state.General[number] = value);
        }

        AddWord(
            model.Is64Bit ? "rip" : "eip",
            width,
            () => _state.InstructionPointer,
            value => _state.InstructionPointer = value);
        AddWord(
            "eflags",
            32,
            () => _state.Flags,
            value => _state.Flags = ((uint)value & ChangeableFlags) | (_state.Flags & ~ChangeableFlags));
        foreach (var number in (SegmentNumber[])[
            SegmentNumber.Cs, SegmentNumber.Ss, SegmentNumber.Ds, SegmentNumber.Es, SegmentNumber.Fs, SegmentNumber.Gs])
        {
            AddWord(number.ToString().ToLowerInvariant(), 32, () => _state.Segment(number).Selector);
        }

        AddWord("fs_base", width, () => _state.Segment(SegmentNumber.Fs).Base);
        AddWord("gs_base", width, () => _state.Segment(SegmentNumber.Gs).Base);
        AddWord("k_gs_base", width, () => BinaryPrimitives.ReadUInt64LittleEndian(_state.SystemCallRegisters[^8..]));
        AddWord("cr0", width, () => _state.Cr0);
        AddWord("cr2", width, () => _state.Cr2, value => _state.Cr2 = value);
        AddWord("cr3", width, () => _state.Cr3);
        AddWord("cr4", width, () => _state.Cr4);
        AddWord("cr8", width, () => findApic()?.TaskPriorityClass ?? 0u);
        AddWord("efer", width, () => _state.Efer);
        for (var i = 0; i < FpuCount; i++)
        {
            var distance = i;
            AddBytes($"st{i}", 10, () => _state.FpuRegister((int)(_state.FpuTop + (uint)distance & 7)));
        }

        AddWord("fctrl", 32, () => _state.FpuControl, value => _state.FpuControl = (ushort)value);
        AddWord("fstat", 32, () => (_state.FpuStatus & ~0x3800u) | (_state.FpuTop & 7) << 11);
        AddWord("ftag", 32, TagWord);
        AddWord("fiseg", 32, () => _state.FpuInstruction.Selector);
        AddWord("fioff", 32, () => _state.FpuInstruction.Offset);
        AddWord("foseg", 32, () => _state.FpuOperand.Selector);
        AddWord("fooff", 32, () => _state.FpuOperand.Offset);
        AddWord("fop", 32, () => 0);

        for (var i = 0; i < (model.Is64Bit ? 16 : 8); i++)
        {
            var number = i;
            AddBytes($"xmm{i}", 16, () => _state.Xmm(number));
        }

        AddWord("mxcsr", 32, () => _state.Mxcsr, value => _state.Mxcsr = (uint)value & 0xffff);
        All = [.. _all.Select(entry => entry.Info)];
    }

    private delegate void Reader(Span<byte> value);

    private delegate void Writer(ReadOnlySpan<byte> value);

    private delegate Span<byte> Place();

    public IReadOnlyList<RegisterInfo> All { get; }

    public void Read(int index, Span<byte> value) => _all[index].Read(value);

    /// <summary>Those that are read-only stay as they are.</summary>
    public void Write(int index, ReadOnlySpan<byte> value) => _all[index].Write?.Invoke(value);

    /// <summary>SDM volume 3, table 9-1.</summary>
    public void Reset()
    {
        const uint code = SegmentRegister.Code | SegmentRegister.Readable;
        const uint local = SegmentRegister.Present | 2 << 8;
        const uint task = SegmentRegister.Present | 11 << 8;
        _state.Clear();
        _state.ForgetException();
        _state.CachedFlags2 = 1;
        _state.WriteControl(X86Register.Cr0, 0x6000_0010);
        _state.WriteControl(X86Register.Cr4, 0);
        _state.Flags = 0;
        _state.SetSegment(SegmentNumber.Idtr, new SegmentRegister(0, 0, 0xffff, 0));
        _state.SetSegment(SegmentNumber.Gdtr, new SegmentRegister(0, 0, 0xffff, 0));
        _state.SetSegment(SegmentNumber.Ldtr, new SegmentRegister(0, 0, 0xffff, local));
        _state.SetSegment(SegmentNumber.Tr, new SegmentRegister(0, 0, 0xffff, task));
        foreach (var number in (ReadOnlySpan<SegmentNumber>)
            [SegmentNumber.Ds, SegmentNumber.Es, SegmentNumber.Ss, SegmentNumber.Fs, SegmentNumber.Gs])
        {
            _state.LoadSegment(number, SegmentRegister.RealMode(0, SegmentRegister.Writable));
        }

        _state.LoadSegment(SegmentNumber.Cs, SegmentRegister.RealMode(0xf000, code) with { Base = 0xffff_0000 });
        _state.InstructionPointer = 0xfff0;
        _state.General[2] = _model.Cpuid.Signature;
        _state.FpuTags.Fill(1);
        _state.FpuControl = 0x37f;
        _state.Mxcsr = 0x1f80;
        _state.PageAttributes = 0x0007_0406_0007_0406;
        _state.MiscEnable = 1;
        _state.Xcr0 = 3;
        _state.Debug[6] = 0xffff_0ff0;
        _state.Debug[7] = 0x400;
        foreach (var number in _memoryTypes)
        {
            _state.WriteMsr(number, 0);
        }
    }

    /// <summary>INIT (SDM volume 3, table 9-1): power-on, but for x87, SSE, model-specific registers, and CR0's NW and CD.</summary>
    public void Init()
    {
        const ulong caching = 0x6000_0000;
        var kept = _state.KeptByInit.ToArray();
        var control = _state.Cr0 & caching;
        Reset();
        kept.CopyTo(_state.KeptByInit);
        _state.WriteControl(X86Register.Cr0, control | 0x10);
    }

    public void Save(StateWriter writer)
    {
        foreach (var value in _state.General)
        {
            writer.Write(value);
        }

        writer.Write(_state.InstructionPointer);
        writer.Write(_state.Flags);
        writer.Write(_state.CachedFlags);
        writer.Write(_state.CachedFlags2);
        for (var number = SegmentNumber.Es; number <= SegmentNumber.Idtr; number++)
        {
            var segment = _state.Segment(number);
            writer.Write((uint)segment.Selector);
            writer.Write(segment.Base);
            writer.Write(segment.Limit);
            writer.Write(segment.Flags);
        }

        writer.Write(_state.Cr0);
        writer.Write(_state.Cr2);
        writer.Write(_state.Cr3);
        writer.Write(_state.Cr4);
        writer.Write(_state.Efer);
        writer.Write(_state.FpuTop);
        writer.Write((uint)_state.FpuStatus);
        writer.Write((uint)_state.FpuControl);
        writer.Write(_state.FpuTags);
        writer.Write(_state.FpuPointers);
        for (var i = 0; i < FpuCount; i++)
        {
            writer.Write(_state.FpuRegister(i));
        }

        writer.Write(_state.Mxcsr);
        for (var i = 0; i < 16; i++)
        {
            writer.Write(_state.Xmm(i));
        }

        writer.Write(_state.SystemCallRegisters);
        writer.Write(_state.TscAux);
        writer.Write(_state.Xcr0);
        writer.Write(_state.MachineCheckStatus);
        writer.Write(_state.MiscEnable);
        writer.Write(_state.PageAttributes);
        foreach (var value in _state.Debug)
        {
            writer.Write(value);
        }

        foreach (var number in _memoryTypes)
        {
            writer.Write(_state.ReadMsr(number));
        }
    }

    public void Restore(ref StateReader reader)
    {
        var general = _state.General;
        for (var i = 0; i < general.Length; i++)
        {
            general[i] = reader.ReadUInt64();
        }

        _state.InstructionPointer = reader.ReadUInt64();
        _state.Flags = reader.ReadUInt32();
        var cachedFlags = reader.ReadUInt32() & X86State.SavedCachedFlags;
        _state.CachedFlags2 = (reader.ReadUInt32() & X86State.SavedCachedFlags2) | 1;
        for (var number = SegmentNumber.Es; number <= SegmentNumber.Idtr; number++)
        {
            _state.SetSegment(number, new SegmentRegister(
                (ushort)reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadUInt32()));
        }

        var cr0 = reader.ReadUInt64();
        _state.Cr2 = reader.ReadUInt64();
        _state.Cr3 = reader.ReadUInt64();
        var cr4 = reader.ReadUInt64();
        _state.WriteControl(X86Register.Cr0, cr0);
        _state.WriteControl(X86Register.Cr4, cr4);
        (_state.Cr0, _state.Cr4) = (cr0, cr4);
        _state.Efer = reader.ReadUInt64();
        _state.FpuTop = reader.ReadUInt32() & 7;
        _state.FpuStatus = (ushort)reader.ReadUInt32();
        _state.FpuControl = (ushort)reader.ReadUInt32();
        Fill(ref reader, _state.FpuTags);
        Fill(ref reader, _state.FpuPointers);
        for (var i = 0; i < FpuCount; i++)
        {
            Fill(ref reader, _state.FpuRegister(i));
        }

        _state.Mxcsr = reader.ReadUInt32();
        for (var i = 0; i < 16; i++)
        {
            Fill(ref reader, _state.Xmm(i));
        }

        Fill(ref reader, _state.SystemCallRegisters);
        _state.TscAux = reader.ReadUInt64();
        _state.Xcr0 = reader.ReadUInt64();
        _state.MachineCheckStatus = reader.ReadUInt64();
        _state.MiscEnable = reader.ReadUInt64();
        _state.PageAttributes = reader.ReadUInt64();
        var debug = _state.Debug;
        for (var i = 0; i < debug.Length; i++)
        {
            debug[i] = reader.ReadUInt64();
        }

        foreach (var number in _memoryTypes)
        {
            var value = reader.ReadUInt64();
            if (_state.ReadMsr(number) != value)
            {
                _state.WriteMsr(number, value);
            }
        }

        _state.CachedFlags = cachedFlags;
        _state.ForgetException();
    }

    /// <exception cref="InvalidDataException">There are more or fewer bytes.</exception>
    private static void Fill(ref StateReader reader, Span<byte> place)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != place.Length)
        {
            throw new InvalidDataException($"A register has {bytes.Length} bytes; expected {place.Length}.");
        }

        bytes.CopyTo(place);
    }

    /// <summary>Two bits a register: 0 valid, 1 zero, 2 special, 3 empty (SDM volume 1, 8.1.7).</summary>
    private ulong TagWord()
    {
        var word = 0u;
        for (var i = FpuCount - 1; i >= 0; i--)
        {
            var bytes = _state.FpuRegister(i);
            var mantissa = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            var exponent = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) & 0x7fff;
            var tag = _state.FpuTags[i] != 0 ? 3u
                : exponent == 0 && mantissa == 0 ? 1u
                : exponent is 0 or 0x7fff || mantissa >> 63 == 0 ? 2u
                : 0u;
            word = word << 2 | tag;
        }

        return word;
    }

    private void AddWord(string name, int bits, Func<ulong> read, Action<ulong>? write = null) => _all.Add((
        new RegisterInfo(name, bits) { IsReadOnly = write is null },
        value =>
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, read());
            bytes[..value.Length].CopyTo(value);
        },
        write is null ? null : value =>
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            bytes.Clear();
            value.CopyTo(bytes);
            write(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
    ));

    private void AddBytes(string name, int size, Place place) => _all.Add((
        new RegisterInfo(name, size * 8),
        value => place()[..value.Length].CopyTo(value),
        value => value.CopyTo(place())));
}
