namespace Reprise.Emulation.Devices;

/// <summary>A device with lights: LEDs that software switches.</summary>
public interface ILights
{
    /// <summary>Each of them as it is now.</summary>
    IEnumerable<Light> Lights { get; }
}
