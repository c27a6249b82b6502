using System.Text;

namespace Reprise.Gdb.Sessions;

/// <summary>Text for gdb's console: sent at once in O packets, or kept until O packets may be sent.</summary>
internal sealed class ConsoleOutput(Action<ReadOnlySpan<byte>> send) : TextWriter
{
    /// <summary>Bytes of text in one O packet; gdb's smallest packet buffer holds them as hex.</summary>
    private const int Piece = 160;

    /// <summary>Characters kept for later: a peer that is refused for ever does not fill memory.</summary>
    private const int LaterLimit = 4096;

    private readonly byte[] _text = new byte[Piece];
    private readonly StringBuilder _later = new();
    private int _length;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        foreach (var value in Encoding.UTF8.GetBytes(buffer.ToArray()))
        {
            _text[_length++] = value;
            if (_length == Piece)
            {
                Flush();
            }
        }
    }

    /// <summary>Sends what is written so far.</summary>
    public override void Flush()
    {
        if (_length == 0)
        {
            return;
        }

        Span<byte> packet = stackalloc byte[1 + (2 * Piece)];
        packet[0] = (byte)'O';
        for (var i = 0; i < _length; i++)
        {
            packet[1 + (2 * i)] = Wire.Hex.HighDigit(_text[i]);
            packet[2 + (2 * i)] = Wire.Hex.LowDigit(_text[i]);
        }

        send(packet[..(1 + (2 * _length))]);
        _length = 0;
    }

    /// <summary>Keeps text for <see cref="SendKept"/>; outside of a run or a command O packets confuse gdb.</summary>
    public void Later(string text)
    {
        if (_later.Length + text.Length <= LaterLimit)
        {
            _later.Append(text);
        }
    }

    public void SendKept()
    {
        Write(_later.ToString());
        _later.Clear();
        Flush();
    }
}
