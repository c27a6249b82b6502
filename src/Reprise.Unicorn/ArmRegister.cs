namespace Reprise.Unicorn;

/// <summary>Register numbers of the ARM engine (<c>uc_arm_reg</c>). R0 to R12, D0 to D31 and S0 to S31 are consecutive.</summary>
public enum ArmRegister
{
    Fpscr = 6,
    Lr = 10,
    Pc = 11,
    Sp = 12,
    D0 = 14,
    R0 = 66,
    R12 = 78,
    S0 = 79,
    Msp = 115,
    Psp = 116,
    Control = 117,
    Xpsr = 120,
    Epsr = 121,
    Primask = 123,
    Basepri = 124,
    Faultmask = 126,
}
