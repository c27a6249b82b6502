using System.Globalization;

namespace Reprise.EndToEnd.Tests.Tools;

/// <summary>Where a command of a <see cref="Walk"/> ended.</summary>
/// <param name="Command">As given.</param>
/// <param name="Position">Of the machine.</param>
/// <param name="Registers">pc, sp, lr, xpsr, r0 to r12 in hexadecimal.</param>
/// <param name="Said">What gdb printed since the command before.</param>
internal sealed record WalkStop(string Command, ulong Position, string Registers, string Said)
{
    public uint ProgramCounter => Register(0);

    public uint StackPointer => Register(1);

    public uint Link => Register(2);

    /// <summary>Number of the exception that is handled; 0 for none.</summary>
    public uint Exception => Register(3) & 0x1ff;

    public bool NoMoreHistory => Said.Contains("No more reverse-execution history", StringComparison.Ordinal)
        || Said.Contains("Reached end of recorded history; stopping.", StringComparison.Ordinal);

    public override string ToString() => $"{Command}: position {Position}, {Registers}\n{Said}";

    private uint Register(int number) =>
        uint.Parse(Registers.Split(' ')[number], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
