using Iced.Intel;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>
/// Finds the record that <see cref="X86State"/> reads. Translated code keeps its address in host register rbp: a HLT is
/// run under a block hook that stores it. Then every field is looked for where it should be, by what the interface
/// writes.
/// </summary>
internal static unsafe class X86StateFinder
{
    private const ulong Scratch = 0x1000;
    private const byte Halt = 0xf4;

    private static readonly (int Register, int Offset, int Size)[] _known =
    [
        (19, 0, 4), // eax
        (23, 7 * 8, 4), // edi
        ((int)X86Register.Cr0 + 2, 424 + 2 * 8, 4), // cr2
        ((int)X86Register.Mxcsr, 816, 4),
        (122, 824, 8), // xmm0
        (123, 824 + 64, 8), // xmm1
        (66, 5400, 4), // dr0
    ];

    /// <exception cref="NotSupportedException">The host or this build of Unicorn is another than expected.</exception>
    public static X86State Find(UnicornEngine unicorn)
    {
        if (!ExecutableMemory.IsSupported)
        {
            throw new NotSupportedException("x86 boards need an x86-64 Linux host");
        }

        using var stub = new ExecutableMemory((nuint)Environment.SystemPageSize);
        var code = new Assembler(64);
        code.mov(__qword_ptr[rcx], rbp);
        code.ret();
        stub.Append(CounterCode.Bytes(code, stub.Address));
        using var memory = new RamRegion("scratch", Scratch, RamRegion.Alignment);
        memory.Bytes[0] = Halt;

        // SAFETY: memory, stub and place outlive the mapping and the hook, which go before this method ends.
        nint place = 0;
        unicorn.Map(Scratch, RamRegion.Alignment, PagePermissions.All, memory.Pointer);
        var hook = unicorn.AddHook(UnicornHook.Block, (void*)stub.Address, &place, 1, 0);
        unicorn.Start(Scratch, ulong.MaxValue);
        unicorn.RemoveHook(hook);
        unicorn.FlushTranslations();
        unicorn.Unmap(Scratch, RamRegion.Alignment);
        if (place == 0)
        {
            throw new NotSupportedException("this build of Unicorn does not run x86");
        }

        Check(unicorn, (byte*)place);
        return new X86State(unicorn, place);
    }

    private static void Check(UnicornEngine unicorn, byte* record)
    {
        Span<byte> pattern = stackalloc byte[16];
        Span<byte> old = stackalloc byte[16];
        foreach (var (register, offset, size) in _known)
        {
            pattern.Clear();
            for (var i = 0; i < size; i++)
            {
                pattern[i] = (byte)(0x11 * (i + 1) + register);
            }

            unicorn.ReadRegister(register, old);
            unicorn.WriteRegister(register, pattern);
            var found = new Span<byte>(record + offset, size);
            if (!found.SequenceEqual(pattern[..size]))
            {
                throw new NotSupportedException($"this build of Unicorn keeps x86 register {register} elsewhere");
            }

            unicorn.WriteRegister(register, old);
        }

        CheckRounding(unicorn, X86Register.FpuControl, 0x0f7f, record[X86State.FpuArithmetic + 1]);
        CheckRounding(unicorn, X86Register.Mxcsr, 0x7f80, record[X86State.VectorArithmetic + 1]);
    }

    /// <summary>The records of how x87 and SSE compute are where they should be: one follows the control word.</summary>
    private static void CheckRounding(UnicornEngine unicorn, X86Register register, ulong towardZero, in byte rounding)
    {
        const byte TowardZero = 3;
        var old = unicorn.ReadRegister((int)register);
        unicorn.WriteRegister((int)register, towardZero);
        if (rounding != TowardZero)
        {
            throw new NotSupportedException($"this build of Unicorn keeps the rounding of {register} elsewhere");
        }

        unicorn.WriteRegister((int)register, old);
        if (rounding == TowardZero)
        {
            throw new NotSupportedException($"this build of Unicorn keeps the rounding of {register} elsewhere");
        }
    }
}
