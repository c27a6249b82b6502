using System.Buffers.Binary;
using Reprise.Emulation.Cpus;

namespace Reprise.Gdb.Monitor;

/// <summary>Registers by name.</summary>
internal static class RegisterText
{
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
}
