using Reprise.Emulation.Boards.Files;

namespace Reprise.Emulation.Boards.Wiring;

/// <summary>
/// Where a wire ends: <c>irq 8</c>, <c>nmi</c>, <c>reset</c>, or an input of another device, <c>oled.dc</c>.
/// </summary>
/// <param name="Text">As the file has it, in one form for one end.</param>
/// <param name="Node">The place.</param>
internal sealed record WireTarget(string Text, BoardNode Node)
{
    public const string Nmi = "nmi";
    public const string Reset = "reset";

    private const string InterruptPrefix = "irq ";

    /// <summary>The number of the interrupt, if it is one.</summary>
    public ulong? Interrupt =>
        Text.StartsWith(InterruptPrefix, StringComparison.Ordinal)
        && BoardNumber.TryParse(Text[InterruptPrefix.Length..].Trim(), out var number)
            ? number
            : null;

    public static WireTarget Read(BoardNode node) =>
        node is BoardText text && new WireTarget(text.Value, node) is var target
            ? target.Interrupt is { } number ? target with { Text = InterruptPrefix + number } : target
            : throw node.Error("where a wire ends: irq NUMBER, nmi, reset or DEVICE.INPUT");

    /// <summary>The value of <c>irq:</c>, where a number is enough.</summary>
    public static WireTarget ReadInterrupt(BoardNode node) =>
        node is BoardText text && BoardNumber.TryParse(text.Value, out var number)
            ? new WireTarget(InterruptPrefix + number, node)
            : Read(node);

    public BoardFileException Error(string expected) => Node.Error(expected);
}
