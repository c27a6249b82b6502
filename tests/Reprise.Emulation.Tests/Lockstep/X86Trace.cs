using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>
/// <c>qemu-system-i386</c> or <c>-x86_64</c> running a Multiboot kernel one instruction a block, and logging the registers
/// before each that lies in the kernel, or at 0x7000. Time is counted (<c>-icount</c>), so that a string instruction ends
/// as it does here.
/// </summary>
internal sealed partial class X86Trace : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private readonly Process _qemu;
    private readonly Timer _guard;
    private readonly bool _is64Bit;

    /// <param name="elf">The kernel: an ELF of 32 bits.</param>
    /// <param name="is64Bit">Which of the two.</param>
    public X86Trace(string elf, bool is64Bit)
    {
        _is64Bit = is64Bit;
        var start = new ProcessStartInfo(is64Bit ? "qemu-system-x86_64" : "qemu-system-i386")
        {
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])[
            "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", "null", "-no-reboot",
            "-debugcon", "null", "-device", "isa-debug-exit,iobase=0xf4", "-icount", "shift=3,sleep=off",
            "-singlestep", "-d", "cpu,fpu,nochain", "-D", "/dev/stdout",
            "-dfilter", "0x100000+0x20000,0x7000+0x1000"])
        {
            start.ArgumentList.Add(argument);
        }

        _qemu = Process.Start(start)!;
        _guard = new Timer(_ => _qemu.Kill(), null, _patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Registers by gdb's names, before the next instruction; null at the end of the run.</summary>
    public Dictionary<string, UInt128>? Next()
    {
        var state = new Dictionary<string, UInt128>();
        while (_qemu.StandardOutput.ReadLine() is { } line)
        {
            if (SegmentLine().Match(line) is { Success: true } segment)
            {
                state[segment.Groups[1].Value.ToLowerInvariant()] = Hex(segment.Groups[2].Value);
                continue;
            }

            foreach (Match match in Value().Matches(line))
            {
                state[NameOf(match.Groups[1].Value)] = Hex(match.Groups[2].Value);
            }

            if (StackTop().Match(line) is { Success: true } top)
            {
                // The log's status word may lack the top of the stack.
                state["fstat"] = (state["fstat"] & ~(UInt128)0x3800) | Hex(top.Groups[1].Value) << 11;
                state["tags"] = Hex(top.Groups[2].Value);
            }

            foreach (Match match in Floating().Matches(line))
            {
                state[$"fpr{match.Groups[1].Value}"] = Hex(match.Groups[3].Value) << 64 | Hex(match.Groups[2].Value);
            }

            foreach (Match match in Vector().Matches(line))
            {
                state[$"xmm{int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)}"] = Hex(match.Groups[2].Value) << 64
                    | Hex(match.Groups[3].Value);
            }

            // It logs the registers that the code can name.
            if (state.ContainsKey(state.ContainsKey("r8") ? "xmm15" : "xmm7"))
            {
                return state;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _guard.Dispose();
        _qemu.Kill();
        _qemu.WaitForExit();
        _qemu.Dispose();
    }

    private string NameOf(string name) => name switch
    {
        "EFL" or "RFL" => "eflags",
        "FCW" => "fctrl",
        "FSW" => "fstat",
        _ when _is64Bit && name.Length == 3 && name[0] == 'E' && name != "EFER" => "r" + name[1..].ToLowerInvariant(),
        _ => name.ToLowerInvariant(),
    };

    private static UInt128 Hex(string digits) =>
        UInt128.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(ES|CS|SS|DS|FS|GS) =([0-9a-f]{4})")]
    private static partial Regex SegmentLine();

    [GeneratedRegex(@"\b([ER][A-Z]{2}|R[0-9]{1,2}|CR[0-9]|EFER|FCW|FSW|MXCSR) ?=([0-9a-f]{4,16})\b")]
    private static partial Regex Value();

    [GeneratedRegex(@"\[ST=([0-7])\] FTW=([0-9a-f]{2})")]
    private static partial Regex StackTop();

    [GeneratedRegex(@"FPR([0-7])=([0-9a-f]{16}) ([0-9a-f]{4})")]
    private static partial Regex Floating();

    [GeneratedRegex(@"XMM([0-9]{2})=([0-9a-f]{16}) ([0-9a-f]{16})")]
    private static partial Regex Vector();
}
