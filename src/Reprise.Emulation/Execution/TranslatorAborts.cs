using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Execution;

// Goal: code that Unicorn's translator gives up on (x86: LOCK with BT of a register) does not end the process. It prints a line
// and calls abort(), which raises SIGABRT; a handler that does not come back is the C standard's own way to go on. Ours leaves the
// run as an access that faults does, so that it ends before the block that could not be translated.
//
// Invariant: while no engine runs on the thread, or the way out is not known, the handler that was there before is called.

/// <summary>Turns the end of the process, while code is translated, into the end of a run.</summary>
internal static unsafe partial class TranslatorAborts
{
    private const int Abort = 6; // SIGABRT of Linux
    private const int HandlerAndInfo = 4; // SA_SIGINFO
    private const int NotDeferred = 0x4000_0000; // SA_NODEFER
    private const int ActionLength = 152; // struct sigaction of glibc and musl on x86-64
    private const int FlagsOffset = 136;

    private static readonly Lazy<bool> _installed = new(Install);

    [ThreadStatic]
    private static Func<nint>? _leave;

    /// <summary>Has a run on this thread that is given up be left.</summary>
    /// <param name="leave">
    /// Called then: answers where the CPU and <see cref="CpuInternals.Leave"/> are, one behind the other. Null while nothing runs.
    /// </param>
    public static void Follow(Func<nint>? leave) => _leave = _installed.Value ? leave : null;

    [UnmanagedCallersOnly]
    private static nint WayOut() => _leave?.Invoke() ?? 0;

    private static bool Install()
    {
        if (!ExecutableMemory.IsSupported)
        {
            return false;
        }

        var action = stackalloc byte[ActionLength];
        new Span<byte>(action, ActionLength).Clear();
        if (sigaction(Abort, null, action) != 0)
        {
            return false;
        }

        delegate* unmanaged<nint> wayOut = &WayOut;
        var before = *(nint*)action;
        var code = new Assembler(64);
        var chain = code.CreateLabel();
        var none = code.CreateLabel();
        code.push(rdi);
        code.push(rsi);
        code.push(rdx);
        code.push(rbx);
        code.sub(rsp, 8);
        code.mov(rax, (nint)wayOut);
        code.call(rax);
        code.test(rax, rax);
        code.je(chain);
        code.mov(rdi, __qword_ptr[rax]);
        code.xor(esi, esi);
        code.call(__qword_ptr[rax + 8]); // it does not come back
        code.Label(ref chain);
        code.add(rsp, 8);
        code.pop(rbx);
        code.pop(rdx);
        code.pop(rsi);
        code.pop(rdi);
        code.mov(rax, before);
        code.cmp(rax, 1); // SIG_DFL, SIG_IGN
        code.jbe(none);
        code.jmp(rax);
        code.Label(ref none);
        code.ret();
        var area = new ExecutableMemory((nuint)Environment.SystemPageSize); // for good: a signal may come whenever
        *(nint*)action = area.Append(CounterCode.Bytes(code, area.End));
        *(int*)(action + FlagsOffset) = HandlerAndInfo | NotDeferred;
        GC.KeepAlive(area);

        // SAFETY: the action is as long as the system's structure; the stub stays where it is.
        return sigaction(Abort, action, null) == 0;
    }

    [LibraryImport("libc")]
    private static partial int sigaction(int signal, byte* action, byte* before);
}
