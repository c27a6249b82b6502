namespace Reprise.Emulation.Firmware;

/// <summary>The processor that a firmware file names.</summary>
public enum FirmwareMachine
{
    /// <summary>The format does not say: Intel HEX, raw.</summary>
    Unknown,
    Arm,
    I386,
    X64,
}
