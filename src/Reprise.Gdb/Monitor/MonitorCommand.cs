using System.Globalization;

namespace Reprise.Gdb.Monitor;

/// <summary>A command of <c>monitor</c>: one class, one file; <see cref="MonitorTable"/> finds them.</summary>
internal abstract class MonitorCommand
{
    /// <summary>What the user types; words parted by one blank.</summary>
    public abstract string Name { get; }

    /// <summary>Another name, which help does not list; empty for none.</summary>
    public virtual string ShortName => "";

    /// <summary>What stands behind the name in help.</summary>
    public virtual string Arguments => "";

    /// <summary>One line for help.</summary>
    public abstract string Summary { get; }

    /// <param name="arguments">The words behind the name.</param>
    /// <param name="context">What is debugged.</param>
    /// <param name="output">What the user sees.</param>
    /// <returns>False when the command ends the server.</returns>
    public abstract bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output);

    /// <summary>Says how the command is typed.</summary>
    protected bool Usage(TextWriter output)
    {
        output.Write($"usage: monitor {Name} {Arguments}".TrimEnd() + "\n");
        return true;
    }

    /// <summary>Writes numbers the same everywhere.</summary>
    protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
