namespace Reprise.Emulation.Devices;

/// <summary>Where devices send what leaves the machine: console bytes, LED states.</summary>
public interface IOutputSink
{
    /// <summary>One byte from the named port ("uart0", "leds"), at the machine's current position.</summary>
    void Write(string port, byte value);

    /// <summary>Hands on what was written so far: the machine stops, and somebody is about to look.</summary>
    void Flush()
    {
    }
}
