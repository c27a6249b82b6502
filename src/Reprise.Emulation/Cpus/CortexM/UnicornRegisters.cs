using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.CortexM;

/// <summary>
/// The registers of a Unicorn engine as the exception model wants them. Unicorn applies MRS and MSR's own rules to its
/// register interface: unprivileged code reads the special registers as zero and can't write them, and CONTROL.SPSEL
/// can't be written in handler mode. We always may, so the mode is changed for the moment of the access.
/// </summary>
internal sealed class UnicornRegisters(UnicornEngine unicorn) : ICortexMRegisters
{
    // EPSR.T; Unicorn takes the Thumb state from it.
    private const uint Thumb = 1 << 24;
    private const uint ExceptionMask = 0x1ff;
    private const uint AnyHandler = 3;
    private const uint Unprivileged = 1;

    public uint Read(ArmRegister register)
    {
        if (!IsSpecial(register) || !IsUnprivileged)
        {
            return unicorn.ReadRegister(register);
        }

        var mode = Enter(AnyHandler);
        var value = unicorn.ReadRegister(register);
        unicorn.WriteRegister(ArmRegister.Xpsr, mode);
        return value;
    }

    /// <summary>Unicorn takes EPSR.T from bit 0 of a written PC.</summary>
    public void SetThumb(bool value)
    {
        if (((unicorn.ReadRegister(ArmRegister.Xpsr) & Thumb) != 0) != value)
        {
            unicorn.WriteRegister(ArmRegister.Pc, unicorn.ReadRegister(ArmRegister.Pc) & ~1u | (value ? 1u : 0));
        }
    }

    /// <summary>A double-word register.</summary>
    public ulong ReadDouble(ArmRegister register) => unicorn.ReadRegister((int)register);

    public void WriteDouble(ArmRegister register, ulong value) => unicorn.WriteRegister((int)register, value);

    public void Write(ArmRegister register, uint value)
    {
        if (register == ArmRegister.Control)
        {
            // Privileged first, in handler mode, where that is always allowed; then SPSEL and nPRIV, in thread mode.
            var mode = Enter(AnyHandler);
            unicorn.WriteRegister(register, 0);
            Enter(0);
            unicorn.WriteRegister(register, value);
            unicorn.WriteRegister(ArmRegister.Xpsr, mode);
        }
        else if (register == ArmRegister.Xpsr)
        {
            unicorn.WriteRegister(register, value | Thumb);
        }
        else if (IsSpecial(register) && IsUnprivileged)
        {
            var mode = Enter(AnyHandler);
            unicorn.WriteRegister(register, value);
            unicorn.WriteRegister(ArmRegister.Xpsr, mode);
        }
        else
        {
            // A PC with bit 0 clear would leave the Thumb state.
            unicorn.WriteRegister(register, register == ArmRegister.Pc ? value | 1 : value);
        }
    }

    private bool IsUnprivileged =>
        (unicorn.ReadRegister(ArmRegister.Control) & Unprivileged) != 0
        && (unicorn.ReadRegister(ArmRegister.Xpsr) & ExceptionMask) == 0;

    private static bool IsSpecial(ArmRegister register) =>
        register is ArmRegister.Msp or ArmRegister.Psp or ArmRegister.Primask or ArmRegister.Basepri
            or ArmRegister.Faultmask;

    /// <summary>Changes IPSR; answers the XPSR to write back.</summary>
    private uint Enter(uint exception)
    {
        var mode = unicorn.ReadRegister(ArmRegister.Xpsr) | Thumb;
        unicorn.WriteRegister(ArmRegister.Xpsr, (mode & ~ExceptionMask) | exception);
        return mode;
    }
}
