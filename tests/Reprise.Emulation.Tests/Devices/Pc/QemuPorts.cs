using System.Diagnostics;
using System.Globalization;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>The I/O ports of QEMU's <c>pc</c>, whose processor and time stand still, through its qtest protocol.</summary>
internal sealed class QemuPorts : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(120);

    private readonly Process _qemu;
    private readonly Timer _guard;

    public QemuPorts(params ReadOnlySpan<string> options)
        : this(options, "qemu-system-i386")
    {
    }

    private QemuPorts(ReadOnlySpan<string> options, string program)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var option in (ReadOnlySpan<string>)[
            "-M", "pc", "-m", "128", "-S", "-display", "none", "-nic", "none", "-serial", "null",
            "-rtc", "base=2026-01-01T00:00:00,clock=vm", "-qtest", "stdio", "-qtest-log", "none", .. options])
        {
            start.ArgumentList.Add(option);
        }

        _qemu = Process.Start(start)!;
        _guard = new Timer(_ => _qemu.Kill(), null, _patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Those of the machine with the 64-bit processor.</summary>
    public static QemuPorts OfLongMode(params ReadOnlySpan<string> options) => new(options, "qemu-system-x86_64");

    public uint Read(ushort port, int size = 1) => Convert.ToUInt32(Ask($"in{Letter(size)} 0x{port:x}"), 16);

    public void Write(ushort port, uint value, int size = 1) => Ask($"out{Letter(size)} 0x{port:x} 0x{value:x}");

    /// <summary>A word of memory or of a device there.</summary>
    public uint ReadMemory(uint address) => (uint)Convert.ToUInt64(Ask($"readl 0x{address:x}"), 16);

    public void WriteMemory(uint address, uint value) => Ask($"writel 0x{address:x} 0x{value:x}");

    public void Dispose()
    {
        _guard.Dispose();
        _qemu.Kill();
        _qemu.WaitForExit();
        _qemu.Dispose();
    }

    private static char Letter(int size) => size switch
    {
        1 => 'b',
        2 => 'w',
        _ => 'l',
    };

    private string Ask(string command)
    {
        _qemu.StandardInput.WriteLine(command);
        _qemu.StandardInput.Flush();
        while (_qemu.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("OK", StringComparison.Ordinal))
            {
                return line[2..].Trim();
            }

            if (line.StartsWith("FAIL", StringComparison.Ordinal))
            {
                break;
            }
        }

        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture, $"qemu-system-i386 did not do '{command}': {_qemu.StandardError.ReadToEnd()}"));
    }
}
