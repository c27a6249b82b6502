using System.Globalization;
using System.Text;
using Reprise.Emulation.Semihosting;

namespace Reprise.Gdb.FileIo;

/// <summary>
/// A semihosting call as calls of gdb's File-I/O protocol ("The File-I/O Remote Protocol Extension" of gdb's manual),
/// one after the other. Most are one; the length of a file is found by seeking, for which the guest needs no memory.
/// </summary>
/// <param name="request">What the guest waits for.</param>
internal sealed class FileCall(HostRequest request)
{
    // The protocol's flags and whence values, and -rw-r--r--.
    private const uint WriteOnly = 1;
    private const uint ReadAndWrite = 2;
    private const uint Append = 8;
    private const uint Create = 0x200;
    private const uint Truncate = 0x400;
    private const uint Permissions = 0x1a4;
    private const int FromStart = 0;
    private const int FromHere = 1;
    private const int FromEnd = 2;

    /// <summary>Descriptors of gdb's above are taken for a lie.</summary>
    private const long HighestDescriptor = 0xffff;

    private int _step;
    private long _here;
    private long _length;

    /// <summary>The call to be made now, as it stands behind the F.</summary>
    public string Text => request.Operation switch
    {
        SemihostingOperation.Open => $"open,{NameAt(request.Buffer, request.Name)},{Flags:x},{Permissions:x}",
        SemihostingOperation.Close => $"close,{Descriptor:x}",
        SemihostingOperation.Write => $"write,{Descriptor:x},{request.Buffer:x},{request.Capacity:x}",
        SemihostingOperation.Read => $"read,{Descriptor:x},{request.Buffer:x},{request.Capacity:x}",
        SemihostingOperation.Seek => Seek(request.Value, FromStart),
        SemihostingOperation.IsTerminal => $"isatty,{Descriptor:x}",
        SemihostingOperation.Remove => $"unlink,{NameAt(request.Buffer, request.Name)}",
        SemihostingOperation.Rename =>
            $"rename,{NameAt(request.Buffer, request.Name)},{NameAt(request.Value, request.NewName)}",
        _ => _step switch
        {
            0 => Seek(0, FromHere),
            1 => Seek(0, FromEnd),
            _ => Seek((ulong)_here, FromStart),
        },
    };

    /// <summary>Takes the result of the call.</summary>
    /// <returns>What the guest gets; null when <see cref="Text"/> is now another call.</returns>
    public HostReply? Take(long result, int error)
    {
        if (result < 0)
        {
            return HostReply.Failed(ErrorOf(error));
        }

        switch (request.Operation)
        {
            case SemihostingOperation.Open:
                return result <= HighestDescriptor
                    ? HostReply.Success(SemihostingCalls.FirstFileHandle + (uint)result)
                    : HostReply.Failed(HostError.InputOutput);
            case SemihostingOperation.Read or SemihostingOperation.Write:
                return result <= request.Capacity
                    ? HostReply.Success(request.Length - (uint)result)
                    : HostReply.Failed(HostError.InputOutput);
            case SemihostingOperation.IsTerminal:
                return HostReply.Success(result == 1 ? 1u : 0);
            case SemihostingOperation.FileLength when _step < 2:
                (_here, _length) = _step == 0 ? (result, 0) : (_here, result);
                _step++;
                return null;
            case SemihostingOperation.FileLength:
                return HostReply.Success((uint)_length);
            default:
                return HostReply.Success(0);
        }
    }

    private uint Descriptor => request.Handle - SemihostingCalls.FirstFileHandle;

    // fopen's r, r+, w, w+, a, a+; each twice, as text and as bytes.
    private uint Flags => (request.Value / 2) switch
    {
        0 => 0,
        1 => ReadAndWrite,
        2 => WriteOnly | Create | Truncate,
        3 => ReadAndWrite | Create | Truncate,
        4 => WriteOnly | Create | Append,
        _ => ReadAndWrite | Create | Append,
    };

    private string Seek(ulong offset, int whence) => $"lseek,{Descriptor:x},{offset:x},{whence}";

    /// <summary>The protocol counts the zero byte behind the name.</summary>
    private static string NameAt(uint address, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{address:x}/{Encoding.UTF8.GetByteCount(name) + 1:x}");

    private static HostError ErrorOf(int error) =>
        Enum.IsDefined((HostError)error) && error != 0 ? (HostError)error : HostError.InputOutput;
}
