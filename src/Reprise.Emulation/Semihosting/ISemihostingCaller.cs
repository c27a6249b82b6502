using Reprise.Emulation.Execution;

namespace Reprise.Emulation.Semihosting;

/// <summary>A processor whose instruction set has a semihosting call.</summary>
public interface ISemihostingCaller
{
    /// <summary>Takes the call that ended the engine's run, if one did: the PC is behind it then.</summary>
    bool TryTakeCall(EngineExit exit, out uint operation, out uint parameter);

    /// <summary>Writes the result register.</summary>
    void SetResult(uint result);
}
