namespace Reprise.Emulation.Firmware;

/// <summary>What kind of file a firmware came in.</summary>
public enum FirmwareFormat
{
    /// <summary>Bytes without any structure, loaded where the user says.</summary>
    Raw,
    Elf,
    IntelHex,
}
