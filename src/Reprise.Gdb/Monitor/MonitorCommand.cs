using Reprise.TimeTravel.Travel;

namespace Reprise.Gdb.Monitor;

/// <summary>A command of <c>monitor</c>: one class, one file; <see cref="MonitorTable"/> finds them.</summary>
internal abstract class MonitorCommand
{
    /// <summary>What the user types; words parted by one blank.</summary>
    public abstract string Name { get; }

    /// <summary>What stands behind the name in help.</summary>
    public virtual string Arguments => "";

    /// <summary>One line for help.</summary>
    public abstract string Summary { get; }

    /// <param name="arguments">The words behind the name.</param>
    /// <param name="traveler">What is debugged.</param>
    /// <param name="output">What the user sees.</param>
    /// <returns>False when the command ends the server.</returns>
    public abstract bool Execute(IReadOnlyList<string> arguments, Traveler traveler, TextWriter output);
}
