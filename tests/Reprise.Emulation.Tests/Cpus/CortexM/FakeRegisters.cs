using Reprise.Emulation.Cpus.CortexM;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

/// <summary>A register file as strict as the processor: SPSEL is fixed in handler mode, T never clears.</summary>
public sealed class FakeRegisters : ICortexMRegisters
{
    private static readonly ArmRegister[] Known =
    [
        .. Enumerable.Range((int)ArmRegister.R0, 13).Select(n => (ArmRegister)n), ArmRegister.Lr, ArmRegister.Pc,
        ArmRegister.Msp, ArmRegister.Psp, ArmRegister.Control, ArmRegister.Xpsr, ArmRegister.Primask,
        ArmRegister.Basepri, ArmRegister.Faultmask,
        .. Enumerable.Range((int)ArmRegister.S0, 16).Select(n => (ArmRegister)n), ArmRegister.Fpscr,
    ];

    private readonly Dictionary<ArmRegister, uint> _values = Known.ToDictionary(r => r, _ => 0u);

    public uint[] All => [.. Known.Select(r => _values[r])];

    public uint this[ArmRegister register]
    {
        get => _values[register];
        set => _values[register] = value;
    }

    public uint Read(ArmRegister register) => _values[register];

    public void Write(ArmRegister register, uint value)
    {
        if (register == ArmRegister.Control && (_values[ArmRegister.Xpsr] & 0x1FF) != 0)
        {
            value = (value & ~2u) | (_values[ArmRegister.Control] & 2);
        }

        Assert.That(register != ArmRegister.Xpsr || (value & 0x0100_0000) != 0, "XPSR.T written as zero");
        Assert.That(_values.ContainsKey(register), $"{register} is not the exception model's business");
        _values[register] = value;
    }

    public void CopyFrom(FakeRegisters other)
    {
        foreach (var register in Known)
        {
            _values[register] = other._values[register];
        }
    }
}
