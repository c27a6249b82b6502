using System.Globalization;
using Reprise.Emulation.Cpus;

namespace Reprise.Gdb.Monitor;

/// <summary>
/// Shows code as the processor would run it now. gdb goes by its own idea of the processor, in which there is no code of 16 bits.
/// </summary>
internal sealed class DisassembleCommand : MonitorCommand
{
    private const int LongestInstruction = 15;
    private const int DefaultCount = 8;
    private const ulong MostCount = 1000;
    private const string Intel = "intel";

    public override string Name => "disassemble";

    public override string Arguments => "[ADDRESS [COUNT]] [intel]";

    public override string Summary => "code as the processor would run it now (x86)";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var machine = context.Timeline.Machine;
        if (machine.Processor is not IDisassembler disassembler)
        {
            output.Write("gdb knows this processor's code: x/8i $pc\n");
            return true;
        }

        var isIntel = arguments is [.., Intel];
        var rest = arguments.Take(arguments.Count - (isIntel ? 1 : 0)).ToList();
        var address = machine.Processor.ProgramCounter;
        var count = (ulong)DefaultCount;
        if (rest.Count > 2 || (rest.Count > 0 && !AddressText.TryParse(rest[0], context, out address))
            || (rest.Count == 2 && PositionText.Number(rest[1]) is var number && (count = number ?? 0) is 0 or > MostCount))
        {
            return Usage(output);
        }

        var (selector, origin) = disassembler.Code;
        output.Write(string.Create(CultureInfo.InvariantCulture, $"code of {disassembler.Bitness} bits\n"));
        Span<byte> code = stackalloc byte[LongestInstruction];
        for (; count > 0; count--)
        {
            if (rest.Count == 0 && disassembler.Bitness == 16 && address - origin > ushort.MaxValue)
            {
                break; // code ends with its segment
            }

            var got = machine.Peek(address, code);
            if (got == 0)
            {
                output.Write($"no memory at 0x{address:x}\n");
                return true;
            }

            var offset = address - origin;
            offset = disassembler.Bitness == 64 ? offset : (uint)offset;
            var text = disassembler.Disassemble(code[..got], offset, isIntel, out var length);
            var mark = address == machine.Processor.ProgramCounter ? "=>" : "  ";
            var place = string.Create(CultureInfo.InvariantCulture, $"{selector:x4}:{offset:x4}");
            var bytes = Convert.ToHexStringLower(code[..Math.Min(length, got)]);
            output.Write($"{mark} 0x{address:x8} {place} {bytes,-14} {text}\n");
            address += (ulong)length;
        }

        return true;
    }
}
