using System.Diagnostics;
using System.Globalization;

namespace Reprise.Emulation.Tests.Lockstep;

/// <summary>
/// QEMU's devices without a processor: its qtest protocol reads and writes registers. Its time stands still.
/// </summary>
internal sealed class QemuRegisters : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private readonly Process _qemu;
    private readonly Timer _guard;

    /// <param name="board">QEMU's name of the machine.</param>
    public QemuRegisters(string board)
    {
        var start = new ProcessStartInfo("qemu-system-arm")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])
        [
            "-M", board, "-S", "-qtest", "stdio", "-display", "none", "-monitor", "none", "-serial", "null",
        ])
        {
            start.ArgumentList.Add(argument);
        }

        _qemu = Process.Start(start)!;
        _qemu.ErrorDataReceived += (_, _) => { };
        _qemu.BeginErrorReadLine();
        _guard = new Timer(_ => _qemu.Kill(), null, _patience, Timeout.InfiniteTimeSpan);
    }

    public uint Read(uint address) => (uint)ulong.Parse(
        Ask($"readl 0x{address:x}")[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public void Write(uint address, uint value) => Ask($"writel 0x{address:x} 0x{value:x}");

    public void Dispose()
    {
        _guard.Dispose();
        _qemu.Kill();
        _qemu.WaitForExit();
        _qemu.Dispose();
    }

    private string Ask(FormattableString command)
    {
        _qemu.StandardInput.WriteLine(command.ToString(CultureInfo.InvariantCulture));
        _qemu.StandardInput.Flush();
        while (_qemu.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("OK", StringComparison.Ordinal))
            {
                return line[2..].Trim();
            }

            Assert.That(line, Does.StartWith("[").Or.StartWith("IRQ"), $"QEMU's answer to '{command}'");
        }

        throw new AssertionException($"QEMU ended at '{command}'");
    }
}
