namespace Reprise.Emulation.Devices.Network;

/// <summary>What came of a word that was written to a LAN9118's transmit data FIFO.</summary>
[Flags]
internal enum Lan9118Sent
{
    Nothing = 0,

    /// <summary>It ended a buffer that asked for an interrupt.</summary>
    Completed = 1,

    /// <summary>It ended a frame.</summary>
    Frame = 2,

    /// <summary>There was no room for it.</summary>
    Overrun = 4,
}
