using System.Buffers.Binary;
using Reprise.Gdb.Descriptions;
using Reprise.Gdb.Targets;

namespace Reprise.Gdb.Conditions;

// Goal: decide a breakpoint's condition here, so that a hit that does not count costs no packet.
//
// Invariants:
// - Code comes from the peer. It is bounded in length (AgentExpression), depth (AgentStack) and steps.
// - It only looks: no operation writes.
// - What can't be decided (memory that is not there, a division by zero, an endless loop) holds: the user is asked.

/// <summary>Evaluates agent expressions on a target that stands still.</summary>
internal static class AgentEvaluator
{
    /// <summary>Operations of one evaluation. Conditions have no loops, so only nonsense comes near.</summary>
    private const int MostSteps = 10_000;

    /// <summary>Whether the value is not 0, or there is none.</summary>
    public static bool Holds(AgentExpression expression, IDebugTarget target)
    {
        var stack = new AgentStack(stackalloc long[AgentStack.Depth]);
        var at = 0;
        for (var steps = 0; steps < MostSteps; steps++)
        {
            var operation = (AgentOperation)expression.Code[at];
            var operand = expression.Code.Slice(at + 1, AgentExpression.OperandSize(operation));
            at += 1 + operand.Length;
            switch (operation)
            {
                case AgentOperation.End:
                    return stack.Pop() != 0 || stack.Broken;
                case AgentOperation.GoTo:
                    at = BinaryPrimitives.ReadUInt16BigEndian(operand);
                    break;
                case AgentOperation.GoToIf:
                    at = stack.Pop() != 0 ? BinaryPrimitives.ReadUInt16BigEndian(operand) : at;
                    break;
                default:
                    if (!TryLoad(operation, operand, ref stack, target) && !TryCompute(operation, operand, ref stack))
                    {
                        return true;
                    }

                    break;
            }

            if (stack.Broken)
            {
                return true;
            }
        }

        return true;
    }

    private static bool TryLoad(
        AgentOperation operation, ReadOnlySpan<byte> operand, ref AgentStack stack, IDebugTarget target)
    {
        switch (operation)
        {
            case AgentOperation.Constant8:
                stack.Push(operand[0]);
                return true;
            case AgentOperation.Constant16:
                stack.Push(BinaryPrimitives.ReadUInt16BigEndian(operand));
                return true;
            case AgentOperation.Constant32:
                stack.Push(BinaryPrimitives.ReadUInt32BigEndian(operand));
                return true;
            case AgentOperation.Constant64:
                stack.Push(BinaryPrimitives.ReadInt64BigEndian(operand));
                return true;
            case AgentOperation.Register:
                return TryReadRegister(BinaryPrimitives.ReadUInt16BigEndian(operand), ref stack, target);
            case >= AgentOperation.Read8 and <= AgentOperation.Read64:
                Span<byte> bytes = stackalloc byte[sizeof(long)];
                bytes.Clear();
                var size = 1 << (operation - AgentOperation.Read8);
                if (target.ReadMemory((ulong)stack.Pop(), bytes[..size]) != size)
                {
                    return false;
                }

                stack.Push(BinaryPrimitives.ReadInt64LittleEndian(bytes));
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadRegister(ushort number, ref AgentStack stack, IDebugTarget target)
    {
        Span<byte> value = stackalloc byte[TargetRegister.LargestSize];
        value.Clear();
        if (target.Description.Find(number) is not { } register
            || !target.TryReadRegister(register.Number, value[..register.Size]))
        {
            return false;
        }

        stack.Push(BinaryPrimitives.ReadInt64LittleEndian(value));
        return true;
    }

    private static bool TryCompute(AgentOperation operation, ReadOnlySpan<byte> operand, ref AgentStack stack)
    {
        switch (operation)
        {
            case AgentOperation.Pick:
                stack.Pick(operand[0]);
                return true;
            case AgentOperation.Duplicate:
                stack.Pick(0);
                return true;
        }

        var top = stack.Pop();
        switch (operation)
        {
            case AgentOperation.Pop:
                return true;
            case AgentOperation.LogicalNot:
                stack.Push(top == 0);
                return true;
            case AgentOperation.Not:
                stack.Push(~top);
                return true;
            case AgentOperation.SignExtend:
                stack.Push(operand[0] is 0 or >= 64 ? top : top << (64 - operand[0]) >> (64 - operand[0]));
                return true;
            case AgentOperation.ZeroExtend:
                stack.Push(operand[0] >= 64 ? top : top & ((1L << operand[0]) - 1));
                return true;
            case AgentOperation.Swap:
                var second = stack.Pop();
                stack.Push(top);
                stack.Push(second);
                return true;
            case AgentOperation.Rotate:
                var (middle, bottom) = (stack.Pop(), stack.Pop());
                stack.Push(top);
                stack.Push(bottom);
                stack.Push(middle);
                return true;
            default:
                return TryCombine(operation, stack.Pop(), top, ref stack);
        }
    }

    private static bool TryCombine(AgentOperation operation, long left, long right, ref AgentStack stack)
    {
        var divides = operation is >= AgentOperation.DivideSigned and <= AgentOperation.RemainderUnsigned;
        if (divides && right == 0)
        {
            return false;
        }

        long? value = operation switch
        {
            AgentOperation.Add => left + right,
            AgentOperation.Subtract => left - right,
            AgentOperation.Multiply => left * right,

            // -1 apart: the smallest number divided by it is none, and the CPU would trap.
            AgentOperation.DivideSigned => right == -1 ? -left : left / right,
            AgentOperation.DivideUnsigned => (long)((ulong)left / (ulong)right),
            AgentOperation.RemainderSigned => right == -1 ? 0 : left % right,
            AgentOperation.RemainderUnsigned => (long)((ulong)left % (ulong)right),
            AgentOperation.ShiftLeft => (ulong)right < 64 ? left << (int)right : 0,
            AgentOperation.ShiftRightSigned => left >> (int)Math.Min((ulong)right, 63),
            AgentOperation.ShiftRightUnsigned => (ulong)right < 64 ? (long)((ulong)left >> (int)right) : 0,
            AgentOperation.And => left & right,
            AgentOperation.Or => left | right,
            AgentOperation.ExclusiveOr => left ^ right,
            AgentOperation.Equal => left == right ? 1 : 0,
            AgentOperation.LessSigned => left < right ? 1 : 0,
            AgentOperation.LessUnsigned => (ulong)left < (ulong)right ? 1 : 0,
            _ => null,
        };
        stack.Push(value ?? 0);
        return value is not null;
    }
}
