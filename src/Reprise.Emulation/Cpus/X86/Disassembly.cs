using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Instructions as gdb writes them.</summary>
internal static class Disassembly
{
    /// <inheritdoc cref="IDisassembler.Disassemble"/>
    public static string Of(ReadOnlySpan<byte> code, int bitness, ulong offset, bool isIntel, out int length)
    {
        var decoder = Decoder.Create(bitness, new ByteArrayCodeReader(code.ToArray()), offset);
        decoder.Decode(out var instruction);
        if (instruction.IsInvalid)
        {
            length = 1;
            return "(bad)";
        }

        length = instruction.Length;
        Formatter formatter = isIntel ? new IntelFormatter() : new GasFormatter();
        var options = formatter.Options;
        options.HexPrefix = "0x";
        options.HexSuffix = null;
        options.UppercaseHex = false;
        options.SmallHexNumbersInDecimal = false;
        options.BranchLeadingZeros = false;
        options.DisplacementLeadingZeros = false;
        options.SpaceAfterOperandSeparator = false;
        var output = new StringOutput();
        formatter.Format(instruction, output);
        return output.ToStringAndReset();
    }
}
