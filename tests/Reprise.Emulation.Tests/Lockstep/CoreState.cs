using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Reprise.Emulation.Cpus;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>The registers that both sides show: r0 to r15, XPSR, and with an FPU d0 to d15 and FPSCR.</summary>
internal sealed class CoreState
{
    public const int StackPointer = 13;
    public const int ProgramCounter = 15;
    public const int Xpsr = 16;
    public const int FpStatus = 17;

    private static readonly string[] _coreNames =
        [.. Enumerable.Range(0, 13).Select(number => $"r{number}"), "sp", "lr", "pc", "xpsr", "fpscr"];

    public uint[] Core { get; } = new uint[18];

    public ulong[] Doubles { get; } = new ulong[16];

    public static CoreState Of(IProcessor processor)
    {
        var state = new CoreState();
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        for (var i = 0; i < processor.Registers.Count; i++)
        {
            var (name, bits) = processor.Registers[i];
            var core = Array.IndexOf(_coreNames, name);
            var isDouble = name[0] == 'd' && bits == 64;
            if (core < 0 && !isDouble)
            {
                continue;
            }

            bytes.Clear();
            processor.ReadRegister(i, bytes[..(bits / 8)]);
            if (isDouble)
            {
                state.Doubles[int.Parse(name[1..], CultureInfo.InvariantCulture)] =
                    BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            }
            else
            {
                state.Core[core] = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            }
        }

        return state;
    }

    public bool Equals(CoreState other) =>
        Core.AsSpan().SequenceEqual(other.Core) && Doubles.AsSpan().SequenceEqual(other.Doubles);

    /// <summary>Every register that differs, as <c>name ours/theirs</c>.</summary>
    public string DifferenceTo(CoreState theirs)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Core.Length; i++)
        {
            if (Core[i] != theirs.Core[i])
            {
                text.Append(CultureInfo.InvariantCulture, $" {_coreNames[i]} {Core[i]:x8}/{theirs.Core[i]:x8}");
            }
        }

        for (var i = 0; i < Doubles.Length; i++)
        {
            if (Doubles[i] != theirs.Doubles[i])
            {
                text.Append(CultureInfo.InvariantCulture, $" d{i} {Doubles[i]:x16}/{theirs.Doubles[i]:x16}");
            }
        }

        return text.ToString();
    }
}
