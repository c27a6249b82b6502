namespace Reprise.Gdb.Wire;

/// <summary>What the bytes fed to a <see cref="PacketReader"/> so far amount to.</summary>
public enum WireEvent
{
    /// <summary>More bytes are needed, or the byte was noise between packets.</summary>
    None,

    /// <summary><see cref="PacketReader.Packet"/> holds a whole packet with a good checksum.</summary>
    Packet,

    /// <summary>A packet ended whose checksum, escape or run was wrong. The peer wants '-'.</summary>
    Damaged,

    /// <summary>A good packet that was longer than the reader keeps; its content is lost.</summary>
    TooLong,

    /// <summary>'+': the peer has our last packet.</summary>
    Acknowledged,

    /// <summary>'-': the peer wants our last packet again.</summary>
    ResendWanted,

    /// <summary>0x03 between packets: stop the target.</summary>
    Interrupt,
}
