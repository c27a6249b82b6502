using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The processor's registers as the exception model sees them: R0 to R12, Lr, Pc, Msp, Psp, Control, Xpsr, Primask,
/// Basepri and Faultmask. The stack pointer in use (Sp) is never asked for: whoever implements this derives it from
/// CONTROL.SPSEL and IPSR. Xpsr.T is always written as one. Pc is read and written with bit 0 clear; an engine that
/// takes T from bit 0 of a written Pc, as Unicorn does, needs that bit set on the way.
/// </summary>
public interface ICortexMRegisters
{
    uint Read(ArmRegister register);

    void Write(ArmRegister register, uint value);
}
