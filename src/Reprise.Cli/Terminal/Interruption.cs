using System.Runtime.InteropServices;

namespace Reprise.Cli.Terminal;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP as a wish to end: what is running closes its recording first. The second one ends the
/// process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile int _status;

    /// <param name="ignoresControlC">Ctrl-C is meant for a child that shares the terminal.</param>
    public Interruption(bool ignoresControlC = false)
    {
        if (ignoresControlC)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true));
        }
        else
        {
            Register(PosixSignal.SIGINT, 130);
        }

        Register(PosixSignal.SIGTERM, 143);
        Register(PosixSignal.SIGHUP, 129);
    }

    public CancellationToken Token => _source.Token;

    public bool IsWanted => _source.IsCancellationRequested;

    /// <summary>128 + the signal's number, as shells do; 0 without one.</summary>
    public int Status => _status;

    /// <summary>Ends the work without a signal.</summary>
    public void Request() => _source.Cancel();

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        // The source stays: the timer or the process that requests it may be late.
    }

    private void Register(PosixSignal signal, int status) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            if (!_source.IsCancellationRequested)
            {
                context.Cancel = true;
                _status = status;
                _source.Cancel();
            }
        }));
}
