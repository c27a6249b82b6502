namespace Reprise.Cli.Qemu;

/// <summary>An option of QEMU that is known here.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Value">What its value is called; null when it has none.</param>
/// <param name="Description">For the help; null keeps it out, as what has no effect.</param>
/// <param name="Apply">Notes it; the value is empty when it has none.</param>
internal sealed record QemuOption(string Name, string? Value, string? Description, Action<QemuOptions, string> Apply);
