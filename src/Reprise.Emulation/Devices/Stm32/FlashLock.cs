using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// The lock of a flash interface (RM0041 section 2.3, RM0090 section 3.6): two keys, one behind the other, open it; a
/// wrong one keeps it shut until reset.
/// </summary>
public sealed class FlashLock
{
    private const uint FirstKey = 0x4567_0123;
    private const uint SecondKey = 0xCDEF_89AB;

    private bool _hasFirst;
    private bool _isJammed;

    public bool IsLocked { get; private set; } = true;

    /// <summary>A write to KEYR.</summary>
    public void Turn(uint key)
    {
        if (!IsLocked || _isJammed)
        {
            return;
        }

        IsLocked = !_hasFirst || key != SecondKey;
        _isJammed = key != (_hasFirst ? SecondKey : FirstKey);
        _hasFirst = !_hasFirst && !_isJammed;
    }

    /// <summary>Shuts it again.</summary>
    public void Lock() => IsLocked = true;

    public void Reset() => (IsLocked, _hasFirst, _isJammed) = (true, false, false);

    public void Save(StateWriter writer)
    {
        writer.Write(IsLocked);
        writer.Write(_hasFirst);
        writer.Write(_isJammed);
    }

    public void Restore(ref StateReader reader)
    {
        IsLocked = reader.ReadBoolean();
        _hasFirst = reader.ReadBoolean();
        _isJammed = reader.ReadBoolean();
    }
}
