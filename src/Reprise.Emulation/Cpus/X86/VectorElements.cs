using Iced.Intel;

namespace Reprise.Emulation.Cpus.X86;

// Goal: whether a vector's result is inexact, where one of its elements overflows or underflows and that is not masked. An element
// is then inexact if it has too few bits, as if its exponent had no bounds (SDM volume 1, 4.9.1.4 and 4.9.1.5), which the flags
// of a processor with all exceptions masked do not tell. So each element is computed by itself, by the scalar form of the
// instruction, and those beyond the range once more, with significands only.

/// <summary>The elements of a vector's arithmetic, one by one.</summary>
/// <param name="host">Computes each.</param>
internal sealed class VectorElements(HostVectorUnit host)
{
    private const uint Overflow = 1 << 3;
    private const uint Underflow = 1 << 4;
    private const uint Inexact = 1 << 5;

    // What a double's significand has more than a single's.
    private const ulong BeyondSingle = (1ul << 29) - 1;

    /// <summary>Whether the result is inexact where exceptions of <paramref name="wanted"/> are not masked.</summary>
    /// <param name="instruction">One that <see cref="VectorInstructions.Tiny"/> knows.</param>
    /// <param name="operands">Its operands.</param>
    /// <param name="wanted">Exceptions that are not masked, as flags.</param>
    public bool AreInexact(in Instruction instruction, in VectorOperands operands, uint wanted)
    {
        var (size, count) = VectorInstructions.Tiny(instruction);
        for (var i = 0; i < count; i++)
        {
            var (operation, first, second) = Element(instruction.Mnemonic, operands, i, count, size);
            VectorOperands element = operands;
            element.Destination = first;
            element.Source = second;
            host.Do(Instruction.Create(operation, Register.XMM0, Register.XMM1), ref element);
            var flags = element.Control | (IsTiny(element.Destination, size) ? Underflow : 0);
            if ((flags & wanted & (Overflow | Underflow)) != 0
                ? !IsExact(operation, Double(first, operation), Double(second, operation), size == sizeof(float))
                : (flags & Inexact) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The lowest element is a denormal.</summary>
    public static bool IsTiny(UInt128 value, int size) => size == sizeof(float)
        ? float.IsSubnormal(BitConverter.UInt32BitsToSingle((uint)value))
        : double.IsSubnormal(BitConverter.UInt64BitsToDouble((ulong)value));

    /// <summary>The scalar instruction that computes an element, and its operands.</summary>
    private static (Code Operation, UInt128 First, UInt128 Second) Element(
        Mnemonic mnemonic, in VectorOperands operands, int i, int count, int size)
    {
        var isSingle = size == sizeof(float);
        var isOdd = i % 2 != 0;
        switch (mnemonic)
        {
            case Mnemonic.Cvtpd2ps or Mnemonic.Cvtsd2ss:
                return (Code.Cvtsd2ss_xmm_xmmm64, 0, At(operands.Source, i, sizeof(double)));
            case Mnemonic.Haddps or Mnemonic.Haddpd or Mnemonic.Hsubps or Mnemonic.Hsubpd:
                var pairs = i < count / 2 ? operands.Destination : operands.Source;
                var pair = i % (count / 2) * 2;
                return (Sum(mnemonic is Mnemonic.Haddps or Mnemonic.Haddpd, isSingle), At(pairs, pair, size), At(pairs, pair + 1, size));
        }

        var operation = mnemonic switch
        {
            Mnemonic.Addps or Mnemonic.Addss or Mnemonic.Addpd or Mnemonic.Addsd => Sum(isSum: true, isSingle),
            Mnemonic.Subps or Mnemonic.Subss or Mnemonic.Subpd or Mnemonic.Subsd => Sum(isSum: false, isSingle),
            Mnemonic.Addsubps or Mnemonic.Addsubpd => Sum(isOdd, isSingle),
            Mnemonic.Mulps or Mnemonic.Mulss or Mnemonic.Mulpd or Mnemonic.Mulsd =>
                isSingle ? Code.Mulss_xmm_xmmm32 : Code.Mulsd_xmm_xmmm64,
            _ => isSingle ? Code.Divss_xmm_xmmm32 : Code.Divsd_xmm_xmmm64,
        };
        return (operation, At(operands.Destination, i, size), At(operands.Source, i, size));
    }

    private static Code Sum(bool isSum, bool isSingle) =>
        isSum ? isSingle ? Code.Addss_xmm_xmmm32 : Code.Addsd_xmm_xmmm64
        : isSingle ? Code.Subss_xmm_xmmm32 : Code.Subsd_xmm_xmmm64;

    private static UInt128 At(UInt128 vector, int element, int size) => vector >> element * size * 8;

    private static double Double(UInt128 value, Code operation) =>
        operation is Code.Addss_xmm_xmmm32 or Code.Subss_xmm_xmmm32 or Code.Mulss_xmm_xmmm32 or Code.Divss_xmm_xmmm32
            ? BitConverter.UInt32BitsToSingle((uint)value)
            : BitConverter.UInt64BitsToDouble((ulong)value);

    /// <summary>The result has no more bits than its significand, whatever its exponent.</summary>
    private static bool IsExact(Code operation, double first, double second, bool isSingle)
    {
        switch (operation)
        {
            case Code.Cvtsd2ss_xmm_xmmm64:
                return Fits(Significand(second), isSingle: true);
            case Code.Mulss_xmm_xmmm32 or Code.Mulsd_xmm_xmmm64:
                var (x, y) = (Significand(first), Significand(second));
                var product = x * y;
                return Math.FusedMultiplyAdd(x, y, -product) == 0 && Fits(product, isSingle);
            case Code.Divss_xmm_xmmm32 or Code.Divsd_xmm_xmmm64:
                var (dividend, divisor) = (Significand(first), Significand(second));
                var quotient = dividend / divisor;
                return Math.FusedMultiplyAdd(quotient, divisor, -dividend) == 0 && Fits(quotient, isSingle);
        }

        // A tiny sum is always exact; one that overflows has room in a quarter of it.
        var (a, b) = (first / 4, operation is Code.Subss_xmm_xmmm32 or Code.Subsd_xmm_xmmm64 ? -second / 4 : second / 4);
        var sum = a + b;
        var part = sum - a;
        var error = (a - (sum - part)) + (b - part);
        return error == 0 && a * 4 == first && Math.Abs(b * 4) == Math.Abs(second) && Fits(sum, isSingle);
    }

    private static bool Fits(double value, bool isSingle) =>
        !isSingle || (BitConverter.DoubleToUInt64Bits(value) & BeyondSingle) == 0;

    /// <summary>From 1 to 2.</summary>
    private static double Significand(double value) => Math.ScaleB(Math.Abs(value), -Math.ILogB(value));
}
