using System.Diagnostics.CodeAnalysis;

namespace Reprise.Gdb.Conditions;

/// <summary>
/// Bytecode that gdb compiled of a breakpoint's condition, checked: every operation is known and whole, jumps land on
/// operations, and no way leads past the end. What depends on values is checked while it is evaluated.
/// </summary>
internal sealed class AgentExpression
{
    /// <summary>Bytes of the longest one taken; what people write compiles to a few dozen.</summary>
    public const int LongestCode = 1024;

    private readonly byte[] _code;

    private AgentExpression(byte[] code) => _code = code;

    public ReadOnlySpan<byte> Code => _code;

    /// <summary>False when it is too long or unsound, or does what no condition does: tracing, printing, floats.</summary>
    public static bool TryParse(ReadOnlySpan<byte> code, [NotNullWhen(true)] out AgentExpression? expression)
    {
        expression = null;
        if (code.IsEmpty || code.Length > LongestCode)
        {
            return false;
        }

        Span<bool> begins = stackalloc bool[code.Length];
        var last = AgentOperation.End;
        for (var at = 0; at < code.Length; at += 1 + OperandSize(last))
        {
            last = (AgentOperation)code[at];
            if (!Enum.IsDefined(last) || OperandSize(last) >= code.Length - at)
            {
                return false;
            }

            begins[at] = true;
        }

        if (last is not (AgentOperation.End or AgentOperation.GoTo) || !JumpsLand(code, begins))
        {
            return false;
        }

        expression = new AgentExpression(code.ToArray());
        return true;
    }

    public static int OperandSize(AgentOperation operation) => operation switch
    {
        AgentOperation.SignExtend or AgentOperation.ZeroExtend or AgentOperation.Pick => 1,
        AgentOperation.Constant8 => 1,
        AgentOperation.Constant16 or AgentOperation.Register or AgentOperation.GoTo or AgentOperation.GoToIf => 2,
        AgentOperation.Constant32 => 4,
        AgentOperation.Constant64 => 8,
        _ => 0,
    };

    private static bool JumpsLand(ReadOnlySpan<byte> code, ReadOnlySpan<bool> begins)
    {
        for (var at = 0; at < code.Length; at++)
        {
            if (begins[at] && (AgentOperation)code[at] is (AgentOperation.GoTo or AgentOperation.GoToIf))
            {
                var target = (code[at + 1] << 8) | code[at + 2];
                if (target >= code.Length || !begins[target])
                {
                    return false;
                }
            }
        }

        return true;
    }
}
