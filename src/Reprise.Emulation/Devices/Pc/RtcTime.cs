namespace Reprise.Emulation.Devices.Pc;

/// <summary>Between the registers of an MC146818, binary or decimal, of 12 or 24 hours, and a time.</summary>
/// <param name="binary">Register B's DM.</param>
/// <param name="hours24">Register B's 24/12.</param>
internal readonly struct RtcTime(bool binary, bool hours24)
{
    /// <summary>Registers 0, 2, 4, 6 to 9 and the century.</summary>
    public const int Registers = 8;

    private const byte Afternoon = 0x80;

    /// <summary>A time as second, minute, hour, day of the week, day, month, year, century.</summary>
    public byte[] ToRegisters(DateTime time) =>
    [
        Encode(time.Second), Encode(time.Minute), EncodeHour(time.Hour), Encode((int)time.DayOfWeek + 1),
        Encode(time.Day), Encode(time.Month), Encode(time.Year % 100), EncodeDecimal(time.Year / 100),
    ];

    /// <summary>The time of the registers; what is out of range is taken to its nearest end.</summary>
    public DateTime FromRegisters(ReadOnlySpan<byte> registers)
    {
        var year = Math.Clamp((DecodeDecimal(registers[7]) * 100) + Decode(registers[6]), 1, 9998);
        var month = Math.Clamp(Decode(registers[5]), 1, 12);
        return new DateTime(
            year,
            month,
            Math.Clamp(Decode(registers[4]), 1, DateTime.DaysInMonth(year, month)),
            Math.Min(DecodeHour(registers[2]), 23),
            Math.Min(Decode(registers[1]), 59),
            Math.Min(Decode(registers[0]), 59));
    }

    /// <summary>A value as a register holds it.</summary>
    public byte Encode(int value) => binary ? (byte)value : EncodeDecimal(value);

    /// <summary>An hour from 0 to 23 as the register holds it.</summary>
    public byte EncodeHour(int hour) => hours24
        ? Encode(hour)
        : (byte)(Encode(hour % 12 == 0 ? 12 : hour % 12) | (hour >= 12 ? Afternoon : 0));

    private static byte EncodeDecimal(int value) => (byte)((value / 10 << 4) | (value % 10));

    private static int DecodeDecimal(byte value) => ((value >> 4) * 10) + (value & 15);

    private int Decode(byte value) => binary ? value : DecodeDecimal(value);

    private int DecodeHour(byte value) => hours24
        ? Decode(value)
        : (Decode((byte)(value & ~Afternoon)) % 12) + ((value & Afternoon) != 0 ? 12 : 0);
}
