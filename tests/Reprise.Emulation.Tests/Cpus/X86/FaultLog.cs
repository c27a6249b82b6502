using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>
/// Handlers of exceptions 0 to 31 for tests: each notes what it sees. Behind debug exceptions and breakpoints the program
/// goes on, with RF set; behind any other it halts.
/// </summary>
internal static class FaultLog
{
    private const uint Stubs = 0xa000;
    private const uint StubSize = 16;
    private const uint Common = 0xa400;
    private const uint End = 0xbff8;
    private const uint Begin = 0xc000;
    private const int EntrySize = 40;

    public static bool HasErrorCode(int vector) => vector is 8 or (>= 10 and <= 14) or 17;

    public static uint HandlerOf(int vector) => Stubs + (uint)vector * StubSize;

    public static void Install(X86Rig rig, int bitness)
    {
        rig.Machine.Memory.Write(End, BitConverter.GetBytes((ulong)Begin));
        for (var i = 0; i < 32; i++)
        {
            var vector = i;
            rig.Put(
                HandlerOf(vector),
                code =>
                {
                    if (!HasErrorCode(vector))
                    {
                        code.push(0);
                    }

                    code.push(vector);
                    code.jmp(Common);
                },
                bitness);
        }

        rig.Put(Common, bitness == 64 ? Note64 : Note32, bitness);
    }

    /// <summary>Vector, error code and PC of each, in order.</summary>
    public static (int Vector, ulong ErrorCode, ulong Address)[] Faults(this X86Rig rig) =>
        [.. Entries(rig).Select(entry => ((int)entry[0], entry[1], entry[2]))];

    /// <summary>DR6 at each debug exception.</summary>
    public static ulong[] DebugStatus(this X86Rig rig) =>
        [.. Entries(rig).Where(entry => entry[0] == 1).Select(entry => entry[3])];

    /// <summary>RFLAGS as each pushed them.</summary>
    public static ulong[] PushedFlags(this X86Rig rig) => [.. Entries(rig).Select(entry => entry[4])];

    private static List<ulong[]> Entries(X86Rig rig)
    {
        var memory = rig.Machine.Memory;
        var end = BitConverter.ToUInt64(memory.BytesFrom(End));
        var result = new List<ulong[]>();
        for (ulong at = Begin; at < end; at += EntrySize)
        {
            var address = at;
            result.Add([.. Enumerable.Range(0, 5).Select(i => BitConverter.ToUInt64(memory.BytesFrom(address + (ulong)i * 8)))]);
        }

        return result;
    }

    private static void Note64(Assembler code)
    {
        var halt = code.CreateLabel();
        var debug = code.CreateLabel();
        var leave = code.CreateLabel();
        code.push(rax);
        code.push(rbx);
        code.mov(rbx, __qword_ptr[End]);
        for (var i = 0; i < 3; i++)
        {
            code.mov(rax, __qword_ptr[rsp + 16 + i * 8]);
            code.mov(__qword_ptr[rbx + i * 8], rax);
        }

        code.mov(rax, dr6);
        code.mov(__qword_ptr[rbx + 24], rax);
        code.mov(rax, __qword_ptr[rsp + 48]);
        code.mov(__qword_ptr[rbx + 32], rax);
        code.add(rbx, EntrySize);
        code.mov(__qword_ptr[End], rbx);
        code.cmp(__byte_ptr[rsp + 16], 3);
        code.je(leave);
        code.cmp(__byte_ptr[rsp + 16], 1);
        code.je(debug);
        code.Label(ref halt);
        code.hlt();
        code.jmp(halt);
        code.Label(ref debug);
        code.xor(eax, eax);
        code.mov(dr6, rax);
        code.or(__dword_ptr[rsp + 48], 0x1_0000);
        code.Label(ref leave);
        code.pop(rbx);
        code.pop(rax);
        code.add(rsp, 16);
        code.iretq();
    }

    private static void Note32(Assembler code)
    {
        var halt = code.CreateLabel();
        var debug = code.CreateLabel();
        var leave = code.CreateLabel();
        code.push(eax);
        code.push(ebx);
        code.mov(ebx, __dword_ptr[End]);
        for (var i = 0; i < 3; i++)
        {
            code.mov(eax, __dword_ptr[esp + 8 + i * 4]);
            code.mov(__dword_ptr[ebx + i * 8], eax);
        }

        code.mov(eax, dr6);
        code.mov(__dword_ptr[ebx + 24], eax);
        code.mov(eax, __dword_ptr[esp + 24]);
        code.mov(__dword_ptr[ebx + 32], eax);
        code.add(ebx, EntrySize);
        code.mov(__dword_ptr[End], ebx);
        code.cmp(__byte_ptr[esp + 8], 3);
        code.je(leave);
        code.cmp(__byte_ptr[esp + 8], 1);
        code.je(debug);
        code.Label(ref halt);
        code.hlt();
        code.jmp(halt);
        code.Label(ref debug);
        code.xor(eax, eax);
        code.mov(dr6, eax);
        code.or(__dword_ptr[esp + 24], 0x1_0000);
        code.Label(ref leave);
        code.pop(ebx);
        code.pop(eax);
        code.add(esp, 8);
        code.iretd();
    }
}
