using Reprise.Emulation.Catalogs;

namespace Reprise.Cli.Commands;

/// <summary>Every command there is: each class of this assembly that implements <see cref="ICliCommand"/>.</summary>
internal static class CommandCatalog
{
    public static IReadOnlyList<ICliCommand> All { get; } =
    [
        .. Catalog.Of<ICliCommand>(typeof(CommandCatalog).Assembly)
            .OrderBy(command => command.GetType().Name, StringComparer.Ordinal),
    ];
}
