using System.CommandLine;

namespace Reprise.Cli.Options;

/// <summary>Options whose text is read by a function that throws <see cref="FormatException"/> with the reason.</summary>
internal static class ParsedOption
{
    public static Option<T> Create<T>(string name, string valueName, string description, Func<string, T> parse) =>
        new(name)
        {
            Description = description,
            HelpName = valueName,
            CustomParser = result =>
            {
                try
                {
                    return parse(result.Tokens[0].Value);
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}.");
                    return default;
                }
            },
        };

    /// <summary>An option that may be given several times.</summary>
    public static Option<T[]> CreateMany<T>(string name, string valueName, string description, Func<string, T> parse) =>
        new(name)
        {
            Description = description,
            HelpName = valueName,
            CustomParser = result =>
            {
                try
                {
                    return [.. result.Tokens.Select(token => parse(token.Value))];
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}.");
                    return [];
                }
            },
        };
}
