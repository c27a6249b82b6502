using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>
/// <c>qemu-system-i386</c> running a Multiboot kernel one instruction a block, and logging the registers before each that
/// lies in the kernel, or at 0x7000. Time is counted (<c>-icount</c>), so that a string instruction ends as it does here.
/// </summary>
internal sealed partial class X86Trace : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private readonly Process _qemu;
    private readonly Timer _guard;

    public X86Trace(string elf)
    {
        var start = new ProcessStartInfo("qemu-system-i386") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[
            "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", "null", "-no-reboot",
            "-debugcon", "null", "-device", "isa-debug-exit,iobase=0xf4", "-icount", "shift=3,sleep=off",
            "-singlestep", "-d", "cpu,nochain", "-D", "/dev/stdout",
            "-dfilter", "0x100000+0x20000,0x7000+0x1000"])
        {
            start.ArgumentList.Add(argument);
        }

        _qemu = Process.Start(start)!;
        _guard = new Timer(_ => _qemu.Kill(), null, _patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Registers by gdb's names, before the next instruction; null at the end of the run.</summary>
    public Dictionary<string, uint>? Next()
    {
        var state = new Dictionary<string, uint>();
        while (_qemu.StandardOutput.ReadLine() is { } line)
        {
            if (SegmentLine().Match(line) is { Success: true } segment)
            {
                state[segment.Groups[1].Value.ToLowerInvariant()] = Hex(segment.Groups[2].Value);
                continue;
            }

            foreach (Match match in Value().Matches(line))
            {
                state[match.Groups[1].Value.ToLowerInvariant()] = Hex(match.Groups[2].Value);
            }

            if (line.StartsWith("EFER", StringComparison.Ordinal))
            {
                state["eflags"] = state["efl"];
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

    private static uint Hex(string digits) => uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(ES|CS|SS|DS|FS|GS) =([0-9a-f]{4})")]
    private static partial Regex SegmentLine();

    [GeneratedRegex(@"\b(E[A-Z]{2}|CR\d)=([0-9a-f]{8})\b")]
    private static partial Regex Value();
}
