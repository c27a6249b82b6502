namespace Reprise.Emulation.Devices.Pc;

/// <summary>A keyboard or mouse at a PS/2 port.</summary>
public interface IPs2Device
{
    /// <summary>Told when it has something new to say.</summary>
    event Action? DataReady;

    /// <summary>It has a byte for the host.</summary>
    bool HasData { get; }

    /// <summary>The next byte for the host; the last one when there is none.</summary>
    byte Next { get; }

    /// <summary>Takes the next byte away.</summary>
    void Advance();

    /// <summary>The controller wants keys in scan codes of set 1; nothing to a mouse.</summary>
    void Translate(bool on)
    {
    }

    /// <summary>A command, or what follows one, from the host.</summary>
    void Command(byte value);
}
