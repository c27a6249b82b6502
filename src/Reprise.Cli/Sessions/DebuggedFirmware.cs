using Reprise.Emulation.Firmware;
using Reprise.TimeTravel.Travel;

namespace Reprise.Cli.Sessions;

/// <summary>What a debug server serves.</summary>
/// <param name="Name">The file that the user named.</param>
/// <param name="Traveler">What moves.</param>
/// <param name="Symbols">The firmware's names.</param>
internal sealed record DebuggedFirmware(string Name, Traveler Traveler, IReadOnlyList<FirmwareSymbol> Symbols)
{
    public DebuggedFirmware(string name, LiveSession session)
        : this(name, new Traveler(session.Timeline, session.Recorder, session.Crew), session.Firmware.Symbols)
    {
    }

    public DebuggedFirmware(string name, ReplaySession session)
        : this(name, new Traveler(session.Timeline, session.Recorder, session.Crew), session.File.Firmware.Symbols)
    {
    }
}
