namespace Reprise.TimeTravel.Recording;

/// <summary>What an input event's data is. The numbers never change meaning.</summary>
public enum InputKind : byte
{
    /// <summary>Bytes for the input port that the event names.</summary>
    Port = 1,

    /// <summary>A debugger's write of memory: address (8 bytes, little-endian), then the bytes.</summary>
    Memory = 2,

    /// <summary>A debugger's write of a register: its index in the board's list (1 byte), then its bytes.</summary>
    Register = 3,

    /// <summary>The host's answer to a semihosting call: result, error (4 bytes each), bytes for its buffer.</summary>
    HostReply = 4,

    /// <summary>The board's reset button; no data.</summary>
    Reset = 5,

    /// <summary>A debugger steps: what it holds back from here on; 1 byte, of <c>StepHolds</c>.</summary>
    Hold = 6,

    /// <summary>A debugger's write of a device: address (8 bytes, little-endian), then the bytes.</summary>
    Device = 7,
}
