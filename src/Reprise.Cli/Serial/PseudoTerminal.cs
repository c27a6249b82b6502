using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Cli.Serial;

// Goal: a serial port that terminal programs open by name (pty(7), raw: termios(3)).
//
// Invariants:
// - Nothing here waits for long for somebody who does not read, or is not there: Write is called from inside the guest's run.
// - The slave's side is not held open, so that the kernel tells (POLLHUP) whether anybody has it.

/// <summary>
/// The master's side of a pseudo-terminal. What is written while nobody has the other side open is lost, as on a cable that is
/// not plugged in; so is what somebody does not read for two seconds. Reading waits, and ends only when this is disposed.
/// </summary>
internal sealed partial class PseudoTerminal : TwoWayStream
{
    private const int ReadWrite = 0x2;
    private const int NoControllingTerminal = 0x100;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x8_0000;

    private const short ForReading = 0x1;
    private const short ForWriting = 0x4;
    private const short HungUp = 0x10;

    private const int PatienceMilliseconds = 2_000;
    private const int LookAgainMilliseconds = 50;

    // More than struct termios of any Linux; it is only handed on.
    private const int TermiosBytes = 256;

    private readonly SafeFileHandle _master;
    private volatile bool _isClosed;

    /// <exception cref="IOException">The system has none to give.</exception>
    public PseudoTerminal()
    {
        const int Flags = ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec;
        _master = new SafeFileHandle(Check(posix_openpt(Flags)), ownsHandle: true);
        try
        {
            Check(grantpt(_master));
            Check(unlockpt(_master));
            Span<byte> name = stackalloc byte[128];
            if (ptsname_r(_master, name, (nuint)name.Length) is not 0 and var error)
            {
                throw Failure(error);
            }

            Name = Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
            Span<byte> settings = stackalloc byte[TermiosBytes];
            Check(tcgetattr(_master, settings));
            cfmakeraw(settings);
            Check(tcsetattr(_master, 0, settings));

            // Opened once and closed: from here on the kernel knows that nobody is there.
            using var slave = new SafeFileHandle(Check(open(name, ReadWrite | NoControllingTerminal | CloseOnExec)), true);
        }
        catch
        {
            _master.Dispose();
            throw;
        }
    }

    /// <summary>The file to open: /dev/pts/N.</summary>
    public string Name { get; }

    /// <returns>How many bytes came; 0 when this was disposed.</returns>
    public override int Read(Span<byte> buffer)
    {
        while (!_isClosed)
        {
            var events = Poll(ForReading, LookAgainMilliseconds);
            if ((events & ForReading) != 0 && read(_master, buffer, (nuint)buffer.Length) is > 0 and var count)
            {
                return (int)count;
            }

            if ((events & HungUp) != 0)
            {
                Thread.Sleep(LookAgainMilliseconds);
            }
        }

        return 0;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var events = Poll(ForWriting, PatienceMilliseconds);
            var count = events == ForWriting ? write(_master, buffer, (nuint)buffer.Length) : 0;
            if (count <= 0)
            {
                return;
            }

            buffer = buffer[(int)count..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        _master.Dispose();
        base.Dispose(disposing);
    }

    private static int Check(int result) => result >= 0 ? result : throw Failure(Marshal.GetLastPInvokeError());

    private static IOException Failure(int error) => new($"no pseudo-terminal: {new Win32Exception(error).Message}");

    private short Poll(short wanted, int milliseconds)
    {
        var held = false;
        try
        {
            _master.DangerousAddRef(ref held);
            var one = new Polled { File = (int)_master.DangerousGetHandle(), Wanted = wanted };
            return poll(ref one, 1, milliseconds) > 0 ? one.Found : (short)0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
        finally
        {
            if (held)
            {
                _master.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int ptsname_r(SafeFileHandle file, Span<byte> name, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle file, Span<byte> settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(Span<byte> settings);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(SafeFileHandle file, int when, ReadOnlySpan<byte> settings);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc")]
    private static partial int poll(ref Polled files, nuint count, int milliseconds);

    [LibraryImport("libc")]
    private static partial nint read(SafeFileHandle file, Span<byte> buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int File;
        public short Wanted;
        public short Found;
    }
}
