using Reprise.Emulation.Semihosting;

namespace Reprise.TimeTravel.Hosting;

/// <summary>Every call fails: there is no file, no input and no time of day.</summary>
public sealed class NoHostServices : IHostServices
{
    public HostReply? Answer(HostRequest request) => HostReply.Failed(HostError.NotImplemented);
}
