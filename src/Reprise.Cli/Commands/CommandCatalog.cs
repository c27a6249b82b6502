namespace Reprise.Cli.Commands;

/// <summary>Every command there is: each class of this assembly that implements <see cref="ICliCommand"/>.</summary>
internal static class CommandCatalog
{
    public static IReadOnlyList<ICliCommand> All { get; } =
    [
        .. typeof(CommandCatalog).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(ICliCommand)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (ICliCommand)Activator.CreateInstance(type)!),
    ];
}
