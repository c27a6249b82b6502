using System.ComponentModel;
using System.Diagnostics;
using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Qemu;

/// <summary>The peer: the same ELF on <c>qemu-system-arm</c>.</summary>
internal static class QemuRun
{
    private const string Program = "qemu-system-arm";

    /// <summary>Runs until QEMU ends by itself or has printed enough on its console.</summary>
    /// <param name="elf">The firmware.</param>
    /// <param name="input">What its UART gets.</param>
    /// <param name="enough">Told of all that was printed so far.</param>
    public static ToolResult Until(string elf, string input, Func<string, bool> enough) =>
        Until(elf, input, enough, folder: null);

    /// <summary>The same in a folder of its own, with more options.</summary>
    public static ToolResult Until(
        string elf, string input, Func<string, bool> enough, string? folder, params string[] options) =>
        On("mps2-an385", elf, input, enough, folder, waitsForOutput: false, options);

    /// <summary>
    /// The same on any board. Input waits for the guest's first output: some of QEMU's UARTs lose what comes before their
    /// receiver is on.
    /// </summary>
    public static ToolResult On(string board, string elf, string input, Func<string, bool> enough) =>
        On(board, elf, input, enough, folder: null, waitsForOutput: true);

    private static ToolResult On(
        string board,
        string elf,
        string input,
        Func<string, bool> enough,
        string? folder,
        bool waitsForOutput,
        params string[] options)
    {
        try
        {
            using var qemu = new RunningTool(
                Program,
                [
                    "-M", board, "-kernel", elf, "-nographic", "-monitor", "none", "-serial", "stdio",
                    "-icount", "shift=3", .. options,
                ],
                input: null,
                folder);
            if (waitsForOutput)
            {
                qemu.WaitFor(() => qemu.HasExited || qemu.Output.Length > 0);
            }

            qemu.Process.StandardInput.Write(input);
            qemu.Process.StandardInput.Flush();
            qemu.WaitFor(() => qemu.HasExited || enough(qemu.Output));
            if (!qemu.HasExited)
            {
                qemu.Process.Kill();
            }

            var result = qemu.WaitForExit();
            return result;
        }
        catch (Win32Exception)
        {
            Assert.Fail($"{Program} is needed to compare with: install the package qemu-system-arm (Debian, Ubuntu).");
            throw new UnreachableException();
        }
    }
}
