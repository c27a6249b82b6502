namespace Reprise.Unicorn;

/// <summary>Models of the x86 engine (<c>uc_cpu_x86</c>).</summary>
public enum X86Core
{
    Qemu64 = 0,
    Qemu32 = 4,
    CoreDuo = 6,
}
