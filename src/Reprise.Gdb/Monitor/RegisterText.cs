using System.Buffers.Binary;
using System.Globalization;
using Reprise.Emulation.Cpus;

namespace Reprise.Gdb.Monitor;

/// <summary>Registers by name, and as QEMU's <c>info registers</c> prints them.</summary>
internal static class RegisterText
{
    private const uint ThreadModeMask = 0x1ff;

    /// <summary>The low 64 bits; null when there is no such register.</summary>
    public static ulong? Read(string name, IProcessor processor)
    {
        for (var index = 0; index < processor.Registers.Count; index++)
        {
            if (processor.Registers[index].Name == name)
            {
                Span<byte> value = stackalloc byte[64];
                value.Clear();
                processor.ReadRegister(index, value[..((processor.Registers[index].Bits + 7) / 8)]);
                return BinaryPrimitives.ReadUInt64LittleEndian(value);
            }
        }

        return null;
    }

    /// <summary>Cortex-M in QEMU's shape; others name by name.</summary>
    public static void Write(IProcessor processor, TextWriter output)
    {
        if (Read("xpsr", processor) is { } status)
        {
            WriteCortexM(processor, (uint)status, output);
            return;
        }

        for (var index = 0; index < processor.Registers.Count; index++)
        {
            var (name, bits) = processor.Registers[index];
            var digits = ((bits + 7) / 8 * 2).ToString(CultureInfo.InvariantCulture);
            var value = Read(name, processor) ?? 0;
            output.Write(name + "=" + value.ToString("x" + digits, CultureInfo.InvariantCulture));
            output.Write(index % 4 == 3 || index == processor.Registers.Count - 1 ? '\n' : ' ');
        }
    }

    private static void WriteCortexM(IProcessor processor, uint status, TextWriter output)
    {
        string[] names = [.. Enumerable.Range(0, 13).Select(number => $"r{number}"), "sp", "lr", "pc"];
        for (var number = 0; number < names.Length; number++)
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture, $"R{number:00}={Read(names[number], processor) ?? 0:x8}"));
            output.Write(number % 4 == 3 ? '\n' : ' ');
        }

        var flags = string.Concat("NZCV".Select((flag, index) => (status >> (31 - index) & 1) != 0 ? flag : '-'));
        var thumb = (status >> 24 & 1) != 0 ? 'T' : 'A';
        var unprivileged = ((Read("control", processor) ?? 0) & 1) != 0;
        var mode = (status & ThreadModeMask) != 0 ? "handler" : unprivileged ? "unpriv-thread" : "priv-thread";
        output.Write(string.Create(CultureInfo.InvariantCulture, $"XPSR={status:x8} {flags} {thumb} {mode}\n"));
        if (Read("fpscr", processor) is { } control)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"FPSCR: {control:x8}\n"));
        }
    }
}
