namespace Reprise.Gdb.Descriptions;

/// <summary>
/// ARMv7-M, with and without FPU, and ARMv6-M. xPSR has number 25, because gdb keeps 16 to 24 for the old FPA registers. Without the m-system
/// feature gdb can't unwind an exception frame that was pushed on PSP.
/// </summary>
public static class CortexMDescription
{
    public const int StackPointer = 13;
    public const int LinkRegister = 14;
    public const int ProgramCounter = 15;
    public const int Xpsr = 25;
    public const int Msp = 26;
    public const int Psp = 27;
    public const int Primask = 28;
    public const int Basepri = 29;
    public const int Faultmask = 30;
    public const int Control = 31;

    /// <summary>g holds r0-r12, sp, lr, pc, xpsr: 17 registers, 68 bytes, as QEMU and hardware probes send.</summary>
    private const int GeneralCount = 17;

    private const int FirstDouble = 32;
    private const int DoubleCount = 16;
    private const int Fpscr = FirstDouble + DoubleCount;

    private static readonly TargetFeature _core = new("org.gnu.gdb.arm.m-profile", "arm-m-profile.xml", [.. Core()]);
    private static readonly TargetFeature _system = new("org.gnu.gdb.arm.m-system", "arm-m-system.xml", [.. System()]);

    private static readonly TargetFeature _baselineSystem = _system with
    {
        Registers = [.. _system.Registers.Where(register => register.Number is not (Basepri or Faultmask))],
    };

    private static readonly TargetFeature _fpu = new("org.gnu.gdb.arm.vfp", "arm-vfp.xml", [.. Fpu()]);

    /// <summary>ARMv6-M.</summary>
    public static TargetDescription Baseline { get; } = Describe("thumbv6m-none-eabi", _core, _baselineSystem);

    /// <summary>Without FPU.</summary>
    public static TargetDescription Instance { get; } = Describe("thumbv7m-none-eabi", _core, _system);

    /// <summary>With FPU: gdb makes s0 to s31 of d0 to d15 itself.</summary>
    public static TargetDescription WithFpu { get; } = Describe("thumbv7em-none-eabihf", _core, _system, _fpu);

    private static TargetDescription Describe(string triple, params TargetFeature[] features) =>
        new("arm", features, GeneralCount, ProgramCounter, [StackPointer, LinkRegister, ProgramCounter, Msp, Psp], triple);

    private static IEnumerable<TargetRegister> Core()
    {
        for (var number = 0; number < StackPointer; number++)
        {
            yield return new($"r{number}", number, 32);
        }

        yield return new("sp", StackPointer, 32, "data_ptr");
        yield return new("lr", LinkRegister, 32);
        yield return new("pc", ProgramCounter, 32, "code_ptr");
        yield return new("xpsr", Xpsr, 32);
    }

    private static IEnumerable<TargetRegister> System()
    {
        yield return new("msp", Msp, 32, "data_ptr", "system");
        yield return new("psp", Psp, 32, "data_ptr", "system");
        yield return new("primask", Primask, 32, "uint32", "system");
        yield return new("basepri", Basepri, 32, "uint32", "system");
        yield return new("faultmask", Faultmask, 32, "uint32", "system");
        yield return new("control", Control, 32, "uint32", "system");
    }

    private static IEnumerable<TargetRegister> Fpu()
    {
        for (var number = 0; number < DoubleCount; number++)
        {
            yield return new($"d{number}", FirstDouble + number, 64, "ieee_double");
        }

        yield return new("fpscr", Fpscr, 32, "int", "float");
    }
}
