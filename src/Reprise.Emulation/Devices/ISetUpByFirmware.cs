namespace Reprise.Emulation.Devices;

/// <summary>A device that firmware sets up: a kernel that starts without any finds it as if there had been one.</summary>
public interface ISetUpByFirmware : IDevice
{
    /// <summary>From the next reset on, the device is as firmware leaves it.</summary>
    void SkipFirmware();
}
