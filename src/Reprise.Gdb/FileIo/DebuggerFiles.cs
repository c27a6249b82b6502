using Reprise.Emulation.Semihosting;
using Reprise.TimeTravel.Hosting;

namespace Reprise.Gdb.FileIo;

/// <summary>
/// The host of a semihosting guest whose files are the debugger's: QEMU's <c>target=gdb</c>. Its console and the time of day
/// stay here. The run stops at a call, and goes on when the debugger has answered; what it answers is an input event, and so
/// is what it reads into the guest's memory.
/// </summary>
/// <param name="console">What answers all but files.</param>
public sealed class DebuggerFiles(IHostServices console) : IHostServices
{
    private FileCall? _call;

    public HostReply? Answer(HostRequest request) => StopsAt(request) ? null : console.Answer(request);

    public bool StopsAt(HostRequest request) => request.Operation switch
    {
        SemihostingOperation.Time or SemihostingOperation.ReadCharacter => false,
        SemihostingOperation.Read => request.Handle != SemihostingCalls.InputHandle,
        _ => true,
    };

    /// <summary>The first call that the debugger is to make for a request, as it stands behind the F.</summary>
    public string Begin(HostRequest request)
    {
        _call = new FileCall(request);
        return _call.Text;
    }

    /// <summary>Takes a result.</summary>
    /// <returns>What the guest gets, or the next call to be made; neither when there is no call.</returns>
    public (HostReply? Reply, string? Next) Take(long result, int error)
    {
        if (_call is not { } call)
        {
            return default;
        }

        if (call.Take(result, error) is not { } reply)
        {
            return (null, call.Text);
        }

        _call = null;
        return (reply, null);
    }
}
