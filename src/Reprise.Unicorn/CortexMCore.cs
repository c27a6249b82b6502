namespace Reprise.Unicorn;

/// <summary>Models of the ARM engine (<c>uc_cpu_arm</c>).</summary>
public enum CortexMCore
{
    M0 = 7,
    M3 = 8,
    M4 = 9,
    M7 = 10,
}
