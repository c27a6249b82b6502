namespace Reprise.Gdb.Monitor;

/// <summary>The value of what an address may be: a number, a register, a symbol, with a distance.</summary>
internal sealed class PrintCommand : MonitorCommand
{
    public override string Name => "print";

    public override string ShortName => "p";

    public override string Arguments => "[/FMT] EXPRESSION";

    public override string Summary => "shows a number, $REGISTER or symbol, +N or -N: print /d $sp+4";

    public override bool Execute(IReadOnlyList<string> arguments, MonitorContext context, TextWriter output)
    {
        var format = arguments.Count > 0 && arguments[0].StartsWith('/') ? arguments[0] : "";
        var text = string.Concat(arguments.Skip(format.Length > 0 ? 1 : 0));
        if (text.Length == 0 || !AddressText.TryParse(text, context, out var value))
        {
            return Usage(output);
        }

        output.Write(format switch
        {
            "/d" => Text($"{(long)value}\n"),
            "/u" => Text($"{value}\n"),
            "/o" => (value == 0 ? "0" : "0" + Convert.ToString((long)value, 8)) + "\n",
            "/c" => MemoryDump.Character((byte)value) + "\n",
            _ => Text($"0x{value:x}\n"),
        });
        return true;
    }
}
