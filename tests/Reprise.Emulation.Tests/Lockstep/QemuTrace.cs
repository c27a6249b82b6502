using System.Diagnostics;
using System.Globalization;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>
/// QEMU running a firmware one instruction a translated block (<c>-singlestep</c>), unchained, and logging the registers
/// before each (<c>-d cpu,fpu,nochain</c>): the same sequence of states that a step of ours goes through, and about a
/// hundred times as fast as stepping through its gdbstub.
/// </summary>
internal sealed class QemuTrace : IDisposable
{
    /// <summary>One that sleeps logs nothing: it is ended, which <see cref="NextLike"/> reports, rather than waited for.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    /// <summary>An instruction that pends an interrupt while another is pended and masked.</summary>
    private const int MostSkipped = 2;

    private readonly Process _qemu;
    private readonly Timer _guard;
    private readonly LinkedList<CoreState> _ahead = [];

    /// <param name="board">QEMU's name of the machine.</param>
    /// <param name="elf">The firmware.</param>
    /// <param name="filter">Log only blocks that begin in this range, and translate whole blocks; null for all.</param>
    /// <param name="countTime">Virtual time is 8 ns an instruction; else it is the host's.</param>
    public QemuTrace(string board, string elf, (uint Address, uint Size)? filter = null, bool countTime = false)
    {
        var start = new ProcessStartInfo("qemu-system-arm") { RedirectStandardOutput = true };
        string[] all =
        [
            "-M", board, "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", "null",
            "-d", "cpu,fpu,nochain", "-D", "/dev/stdout",
            .. (string[])(filter is { } range
                ? ["-dfilter", string.Create(CultureInfo.InvariantCulture, $"0x{range.Address:x}+0x{range.Size:x}")]
                : ["-singlestep"]),
            .. (string[])(countTime ? ["-icount", "shift=3,sleep=off"] : []),
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        _qemu = Process.Start(start)!;
        _guard = new Timer(_ => _qemu.Kill(), null, _patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// The state before the next instruction, null at the end of the run; passing over a state from which QEMU did not go on: it begins anew, and logs again, when an interrupt
    /// overtakes an instruction, and when one accesses a device while time is counted.
    /// </summary>
    public CoreState? NextLike(CoreState expected)
    {
        for (var skipped = 0; skipped <= MostSkipped; skipped++)
        {
            if (_ahead.Count <= skipped && Read() is { } read)
            {
                _ahead.AddLast(read);
            }

            if (_ahead.ElementAtOrDefault(skipped)?.Equals(expected) == true)
            {
                while (skipped-- > 0)
                {
                    _ahead.RemoveFirst();
                }

                break;
            }
        }

        var state = _ahead.First?.Value;
        if (state is not null)
        {
            _ahead.RemoveFirst();
        }

        return state;
    }

    private CoreState? Read()
    {
        var state = new CoreState();
        while (_qemu.StandardOutput.ReadLine() is { } line)
        {
            switch (line)
            {
                case ['R', _, _, '=', ..]:
                    ReadCore(line, state);
                    break;
                case ['X', 'P', 'S', 'R', '=', ..]:
                    state.Core[CoreState.Xpsr] = Hex(line.AsSpan(5, 8));
                    break;
                case ['s', _, _, '=', ..]:
                    var at = line.IndexOf(" d", StringComparison.Ordinal);
                    state.Doubles[int.Parse(line.AsSpan(at + 2, 2), CultureInfo.InvariantCulture)] =
                        ulong.Parse(line.AsSpan(at + 5, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                    break;
                case ['F', 'P', 'S', 'C', 'R', ':', ..]:
                    // The last line, of a core without FPU too.
                    state.Core[CoreState.FpStatus] = Hex(line.AsSpan(7, 8));
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

    private static void ReadCore(string line, CoreState state)
    {
        for (var at = 0; at + 12 <= line.Length; at += 13)
        {
            state.Core[int.Parse(line.AsSpan(at + 1, 2), CultureInfo.InvariantCulture)] = Hex(line.AsSpan(at + 4, 8));
        }
    }

    private static uint Hex(ReadOnlySpan<char> digits) =>
        uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
