using Reprise.Emulation.Semihosting;

namespace Reprise.TimeTravel.Hosting;

/// <summary>
/// The host of a semihosting guest: files in one folder, standard input, the time of day. The guest is hostile: it gets
/// a bounded number of open files, none outside the folder, and an error where the host has one.
/// </summary>
public sealed class SemihostingFiles : IHostServices, IDisposable
{
    private const int MaximumOpenFiles = 64;

    private sealed record OpenFile(FileStream Stream, bool Appends);

    private readonly FileRoot? _root;
    private readonly TimeProvider _time;
    private readonly IConsoleInput? _input;
    private readonly OpenFile?[] _files = new OpenFile?[MaximumOpenFiles];

    /// <param name="root">The folder; null when the guest gets no files.</param>
    /// <param name="time">The host's clock.</param>
    /// <param name="input">Standard input; null when it is empty.</param>
    public SemihostingFiles(string? root, TimeProvider time, IConsoleInput? input = null)
    {
        _root = root is null ? null : new FileRoot(root);
        _time = time;
        _input = input;
    }

    public HostReply? Answer(HostRequest request)
    {
        try
        {
            return request.Operation switch
            {
                SemihostingOperation.Time => HostReply.Success((uint)_time.GetUtcNow().ToUnixTimeSeconds()),
                SemihostingOperation.ReadCharacter => ReadCharacter(),
                SemihostingOperation.Read when request.Handle == SemihostingCalls.InputHandle => ReadInput(request),
                SemihostingOperation.Open => Open(request),
                SemihostingOperation.Remove => Remove(request),
                SemihostingOperation.Rename => Rename(request),
                _ => Find(request.Handle) is { } file
                    ? Answer(request, file)
                    : HostReply.Failed(HostError.BadHandle),
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return HostReply.Failed(HostError.NoEntry);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or NotSupportedException)
        {
            return HostReply.Failed(HostError.AccessDenied);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return HostReply.Failed(HostError.InputOutput);
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file?.Stream.Dispose();
        }

        Array.Clear(_files);
    }

    private OpenFile? Find(uint handle)
    {
        var index = handle - SemihostingCalls.FirstFileHandle;
        return index < MaximumOpenFiles ? _files[index] : null;
    }

    private HostReply? ReadCharacter() =>
        _input is null || _input.AtEnd ? HostReply.Failed(HostError.InputOutput)
        : _input.TryRead(out var value) ? HostReply.Success(value)
        : null;

    private HostReply? ReadInput(HostRequest request)
    {
        var data = new List<byte>();
        while (data.Count < request.Capacity && _input?.TryRead(out var value) == true)
        {
            data.Add(value);
        }

        return data.Count > 0 || request.Length == 0 || _input is null || _input.AtEnd
            ? HostReply.Success(request.Length - (uint)data.Count) with { Data = data.ToArray() }
            : null;
    }

    private HostReply Open(HostRequest request)
    {
        if (TryResolve(request.Name, out var path) is not HostError.None and var error)
        {
            return HostReply.Failed(error);
        }

        var slot = Array.IndexOf(_files, null);
        if (slot < 0)
        {
            return HostReply.Failed(HostError.TooManyOpen);
        }

        // fopen's r, r+, w, w+, a, a+; each twice, as text and as bytes.
        var (mode, access) = (request.Value / 2) switch
        {
            0 => (FileMode.Open, FileAccess.Read),
            1 => (FileMode.Open, FileAccess.ReadWrite),
            2 => (FileMode.Create, FileAccess.Write),
            3 => (FileMode.Create, FileAccess.ReadWrite),
            4 => (FileMode.OpenOrCreate, FileAccess.Write),
            _ => (FileMode.OpenOrCreate, FileAccess.ReadWrite),
        };
        var stream = new FileStream(path, mode, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _files[slot] = new OpenFile(stream, request.Value / 2 >= 4);
        return HostReply.Success(SemihostingCalls.FirstFileHandle + (uint)slot);
    }

    private HostReply Remove(HostRequest request)
    {
        if (TryResolve(request.Name, out var path) is not HostError.None and var error)
        {
            return HostReply.Failed(error);
        }

        if (!File.Exists(path))
        {
            return HostReply.Failed(HostError.NoEntry);
        }

        File.Delete(path);
        return HostReply.Success(0);
    }

    private HostReply Rename(HostRequest request)
    {
        var error = TryResolve(request.Name, out var path);
        var newError = TryResolve(request.NewName, out var newPath);
        if (error != HostError.None || newError != HostError.None)
        {
            return HostReply.Failed(error != HostError.None ? error : newError);
        }

        File.Move(path, newPath, overwrite: true);
        return HostReply.Success(0);
    }

    private HostError TryResolve(string name, out string path)
    {
        path = "";
        return _root?.TryResolve(name, out path) ?? HostError.AccessDenied;
    }

    private HostReply Answer(HostRequest request, OpenFile file)
    {
        var stream = file.Stream;
        switch (request.Operation)
        {
            case SemihostingOperation.Close:
                _files[request.Handle - SemihostingCalls.FirstFileHandle] = null;
                stream.Dispose();
                return HostReply.Success(0);
            case SemihostingOperation.Write:
                if (file.Appends)
                {
                    stream.Seek(0, SeekOrigin.End);
                }

                stream.Write(request.Data.Span);
                return HostReply.Success(request.Length - (uint)request.Data.Length);
            case SemihostingOperation.Read:
                var data = new byte[request.Capacity];
                var count = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
                return HostReply.Success(request.Length - (uint)count) with { Data = data.AsMemory(0, count) };
            case SemihostingOperation.Seek:
                stream.Position = request.Value;
                return HostReply.Success(0);
            case SemihostingOperation.FileLength when stream.Length <= int.MaxValue:
                return HostReply.Success((uint)stream.Length);
            case SemihostingOperation.IsTerminal:
                return HostReply.Success(0);
            default:
                return HostReply.Failed(HostError.InvalidArgument);
        }
    }
}
