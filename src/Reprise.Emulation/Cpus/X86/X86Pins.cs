using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>The inputs of an x86 as they are.</summary>
public sealed class X86Pins
{
    private bool _nmiLevel;

    /// <summary>INTR: an interrupt waits.</summary>
    public bool InterruptLevel { get; set; }

    /// <summary>An NMI has come and is not taken yet.</summary>
    public bool NmiPending { get; set; }

    /// <summary>An INIT has come and is not taken yet.</summary>
    public bool InitPending { get; set; }

    /// <summary>Address line 20 works; without it addresses wrap at every other megabyte.</summary>
    public bool A20 { get; set; } = true;

    public void SetNmi(bool level)
    {
        NmiPending |= level && !_nmiLevel;
        _nmiLevel = level;
    }

    /// <summary>What is latched is lost; levels are their devices'.</summary>
    public void Reset() => (NmiPending, InitPending) = (false, false);

    public void Save(StateWriter writer)
    {
        writer.Write(InterruptLevel);
        writer.Write(NmiPending);
        writer.Write(_nmiLevel);
        writer.Write(InitPending);
        writer.Write(A20);
    }

    public void Restore(ref StateReader reader)
    {
        InterruptLevel = reader.ReadBoolean();
        NmiPending = reader.ReadBoolean();
        _nmiLevel = reader.ReadBoolean();
        InitPending = reader.ReadBoolean();
        A20 = reader.ReadBoolean();
    }
}
