namespace Reprise.Gdb.Targets;

/// <summary>A target with commands of its own, typed as <c>monitor ...</c> in gdb.</summary>
public interface IMonitorTarget
{
    /// <summary>Runs one command. An unknown one is told to the user like any other output.</summary>
    /// <param name="command">The text behind <c>monitor</c>.</param>
    /// <param name="output">What gdb shows; lines end in '\n'.</param>
    /// <param name="interrupted">To be called every 20 ms or so; true asks to give up.</param>
    /// <param name="hints">Whether a user is to be told how gdb is made to show a new place.</param>
    /// <returns>False when the command ends the server, as <c>quit</c> does.</returns>
    bool Execute(string command, TextWriter output, Func<bool> interrupted, bool hints);
}
