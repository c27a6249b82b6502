using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>Rows of registers in a device's state.</summary>
internal static class SavedBytes
{
    /// <exception cref="InvalidDataException">There are more or fewer.</exception>
    public static void Restore(ref StateReader reader, byte[] target, string owner)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != target.Length)
        {
            throw new InvalidDataException($"state of {owner}: {bytes.Length} bytes, expected {target.Length}");
        }

        bytes.CopyTo(target);
    }
}
