using Reprise.Emulation.Semihosting;

namespace Reprise.TimeTravel.Hosting;

/// <summary>What a live run's semihosting calls ask of the host; a replay never asks.</summary>
public interface IHostServices
{
    /// <summary>The answer to a request; null when there is none yet: then the same request comes again.</summary>
    HostReply? Answer(HostRequest request);

    /// <summary>True: the answer is for whoever runs the guest to find, so the run stops at the call.</summary>
    bool StopsAt(HostRequest request) => false;
}
