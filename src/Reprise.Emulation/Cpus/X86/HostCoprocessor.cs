using System.Runtime.InteropServices;
using Iced.Intel;
using Reprise.Emulation.Execution;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Does one instruction of x87 arithmetic on the host, an x86-64 itself, with the guest's masks: its own FSAVE says what became
/// of the registers. Exceptions come with the next instruction that waits, and none does here.
/// </summary>
internal sealed unsafe class HostCoprocessor
{
    private const int LongestStub = 64;

    private readonly Dictionary<(byte Opcode, byte ModRm), nint> _stubs = [];
    private readonly List<ExecutableMemory> _areas = [];

    /// <summary>Its stubs go with it; few processors ever need one.</summary>
    ~HostCoprocessor()
    {
        foreach (var area in _areas)
        {
            area.Dispose();
        }
    }

    /// <param name="opcode">Opcode and ModR/M of one that <see cref="CoprocessorInstructions.IsArithmetic"/>.</param>
    /// <param name="image">
    /// The registers, with no flag set that is not masked, and the operand; what became of them afterwards.
    /// </param>
    public void Do(ReadOnlySpan<byte> opcode, ref CoprocessorImage image)
    {
        const byte atRsi = 6;
        var modRm = opcode[1] < CoprocessorInstructions.RegisterForms
            ? (byte)(CoprocessorInstructions.Field(opcode[1]) << 3 | atRsi)
            : opcode[1];
        ref var stub = ref CollectionsMarshal.GetValueRefOrAddDefault(_stubs, (opcode[0], modRm), out var exists);
        stub = exists ? stub : Emit(opcode[0], modRm);

        // SAFETY: the stub reads and writes the image only, and leaves the host's control word as it was and its registers empty.
        fixed (CoprocessorImage* place = &image)
        {
            ((delegate* unmanaged<CoprocessorImage*, void>)stub)(place);
        }
    }

    private nint Emit(byte opcode, byte modRm)
    {
        if (_areas.Count == 0 || _areas[^1].Free < LongestStub)
        {
            _areas.Add(new ExecutableMemory((nuint)Environment.SystemPageSize));
        }

        var area = _areas[^1];
        var code = new Assembler(64);
        var saved = rdi + (int)Marshal.OffsetOf<CoprocessorImage>(nameof(CoprocessorImage.Saved));
        code.fnstcw(__word_ptr[saved]);
        code.lea(rsi, __[rdi + (int)Marshal.OffsetOf<CoprocessorImage>(nameof(CoprocessorImage.Memory))]);
        code.frstor(__[rdi]);
        code.push(__qword_ptr[rdi + (int)Marshal.OffsetOf<CoprocessorImage>(nameof(CoprocessorImage.Flags))]);
        code.popfq();
        code.db(opcode, modRm);
        code.fnsave(__[rdi]);
        code.fldcw(__word_ptr[saved]);
        code.ret();
        return area.Append(CounterCode.Bytes(code, area.End));
    }
}
