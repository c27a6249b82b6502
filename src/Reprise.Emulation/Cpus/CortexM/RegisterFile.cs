using System.Buffers.Binary;
using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>The registers of a Cortex-M, as a snapshot keeps them and as a debugger sees them.</summary>
internal sealed class RegisterFile
{
    /// <summary>What a debugger may not change: IPSR, the IT bits and T.</summary>
    private const uint FixedXpsr = 0x0700_fdff;

    private const uint ModifiableControl = 3;

    private static readonly ArmRegister[] _core =
    [
        .. Enumerable.Range(0, 13).Select(number => ArmRegister.R0 + number),
        ArmRegister.Xpsr, ArmRegister.Control, ArmRegister.Msp, ArmRegister.Psp, ArmRegister.Lr, ArmRegister.Pc,
        ArmRegister.Primask, ArmRegister.Basepri, ArmRegister.Faultmask,
    ];

    private static readonly (string Name, ArmRegister Register, int Bits)[] _integers =
    [
        .. Enumerable.Range(0, 13).Select(number => ($"r{number}", ArmRegister.R0 + number, 32)),
        ("sp", ArmRegister.Sp, 32), ("lr", ArmRegister.Lr, 32), ("pc", ArmRegister.Pc, 32),
        ("xpsr", ArmRegister.Xpsr, 32), ("msp", ArmRegister.Msp, 32), ("psp", ArmRegister.Psp, 32),
        ("primask", ArmRegister.Primask, 8), ("basepri", ArmRegister.Basepri, 8),
        ("faultmask", ArmRegister.Faultmask, 8), ("control", ArmRegister.Control, 8),
    ];

    private static readonly ArmRegister[] _notBaseline = [ArmRegister.Basepri, ArmRegister.Faultmask];

    private static readonly (string Name, ArmRegister Register, int Bits)[] _floats =
    [
        .. Enumerable.Range(0, 16).Select(number => ($"d{number}", ArmRegister.D0 + number, 64)),
        ("fpscr", ArmRegister.Fpscr, 32),
    ];

    private readonly UnicornRegisters _registers;
    private readonly ArmRegister[] _saved;
    private readonly (string Name, ArmRegister Register, int Bits)[] _visible;

    public RegisterFile(CortexMModel model, UnicornRegisters registers)
    {
        _registers = registers;
        _visible = model switch
        {
            { HasFpu: true } => [.. _integers, .. _floats],
            { IsBaseline: true } => [.. _integers.Where(register => !_notBaseline.Contains(register.Register))],
            _ => _integers,
        };
        _saved = model.HasFpu
            ? [.. Enumerable.Range(0, 32).Select(number => ArmRegister.S0 + number), ArmRegister.Fpscr, .. _core]
            : _core;
        Visible = [.. _visible.Select(register => new RegisterInfo(register.Name, register.Bits))];
    }

    /// <summary>Those that a debugger sees, in its order.</summary>
    public IReadOnlyList<RegisterInfo> Visible { get; }

    /// <summary>Makes all of them zero.</summary>
    public void Clear()
    {
        foreach (var register in _saved)
        {
            _registers.Write(register, 0);
        }
    }

    /// <summary>One for a debugger.</summary>
    /// <param name="index">Into <see cref="Visible"/>.</param>
    /// <param name="value">As many bytes as are wanted.</param>
    public void Read(int index, Span<byte> value)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        var (_, register, bits) = _visible[index];
        BinaryPrimitives.WriteUInt64LittleEndian(
            word, bits == 64 ? _registers.ReadDouble(register) : _registers.Read(register));
        word[..value.Length].CopyTo(value);
    }

    /// <summary>A debugger's write: what it may not change stays.</summary>
    public void Write(int index, ReadOnlySpan<byte> value)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        word.Clear();
        value.CopyTo(word);
        var (_, register, bits) = _visible[index];
        if (bits == 64)
        {
            _registers.WriteDouble(register, BinaryPrimitives.ReadUInt64LittleEndian(word));
            return;
        }

        var wanted = BinaryPrimitives.ReadUInt32LittleEndian(word);
        _registers.Write(register, register switch
        {
            ArmRegister.Pc => wanted & ~1u,
            ArmRegister.Sp or ArmRegister.Msp or ArmRegister.Psp => wanted & StackAlignment.Mask,
            ArmRegister.Xpsr => (wanted & ~FixedXpsr) | (_registers.Read(register) & FixedXpsr),
            ArmRegister.Primask or ArmRegister.Faultmask => wanted & 1,
            ArmRegister.Control =>
                (wanted & ModifiableControl) | (_registers.Read(register) & ~ModifiableControl),
            _ => wanted,
        });
    }

    public void Save(StateWriter writer)
    {
        foreach (var register in _saved)
        {
            writer.Write(_registers.Read(register));
        }
    }

    public void Restore(ref StateReader reader)
    {
        foreach (var register in _saved)
        {
            _registers.Write(register, reader.ReadUInt32());
        }
    }
}
