using Reprise.Emulation.Catalogs;

namespace Reprise.Cli.Commands;

/// <summary>Every command there is: each class of this assembly that implements <see cref="ICliCommand"/>, by name.</summary>
internal static partial class CommandCatalog
{
    public static IReadOnlyList<ICliCommand> All { get; } = Create();

    [Catalog]
    private static partial ICliCommand[] Create();
}
