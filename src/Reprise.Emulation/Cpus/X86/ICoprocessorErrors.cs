namespace Reprise.Emulation.Cpus.X86;

/// <summary>What takes errors of the x87 while CR0.NE is clear: it is at FERR# and IGNNE# (SDM volume 1, 8.7.2).</summary>
public interface ICoprocessorErrors
{
    /// <summary>IGNNE#: the processor goes on in spite of the error.</summary>
    bool IsIgnored { get; }

    /// <summary>FERR#: an instruction waits for somebody to see to the error.</summary>
    void Raise();

    /// <summary>FERR# is gone: there is no error any more.</summary>
    void Clear();
}
