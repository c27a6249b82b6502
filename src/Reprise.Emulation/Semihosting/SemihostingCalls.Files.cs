namespace Reprise.Emulation.Semihosting;

/// <content>Files: the console and the features file are answered here, all others by the host.</content>
public sealed partial class SemihostingCalls
{
    private const uint FeaturesHandle = 4;
    private const uint Closed = uint.MaxValue;
    private const uint HighestMode = 11;
    private const uint HighestReadMode = 1;
    private const uint LongestName = 4096;

    /// <summary>":tt" is the console: input, output or error, as its mode says: four modes each.</summary>
    private uint? Open(uint name, uint mode, uint length)
    {
        if (mode > HighestMode)
        {
            return Fail(HostError.InvalidArgument);
        }

        if (!TryReadName(name, length, out var path, out var error))
        {
            return Fail(error);
        }

        switch (path)
        {
            case ":tt":
                return InputHandle + mode / 4;
            case FeaturesFile.Name when mode > HighestReadMode:
                return Fail(HostError.AccessDenied);
            case FeaturesFile.Name:
                _featuresOffset = 0;
                return FeaturesHandle;
            default:
                return Ask(new HostRequest(SemihostingOperation.Open) { Name = path, Value = mode, Buffer = name });
        }
    }

    private uint? Close(uint handle)
    {
        switch (handle)
        {
            case InputHandle or OutputHandle or ErrorHandle:
                return Success;
            case FeaturesHandle when _featuresOffset != Closed:
                _featuresOffset = Closed;
                return Success;
            case >= FirstFileHandle:
                return Ask(new HostRequest(SemihostingOperation.Close) { Handle = handle });
            default:
                return Fail(HostError.BadHandle);
        }
    }

    /// <summary>The result of a write is how many bytes were not written.</summary>
    private uint? Write(uint handle, uint address, uint length)
    {
        switch (handle)
        {
            case OutputHandle:
                return WriteConsole(OutputPort, address, length);
            case ErrorHandle:
                return WriteConsole(ErrorPort, address, length);
            case < FirstFileHandle:
                return Fail(HostError.BadHandle);
        }

        if (!_memory.Contains(address, length))
        {
            return Fail(HostError.BadAddress);
        }

        var request = new HostRequest(SemihostingOperation.Write) { Handle = handle, Length = length, Buffer = address };
        var data = new byte[request.Capacity];
        _memory.TryRead(address, data);
        return Ask(request with { Data = data });
    }

    /// <summary>The result of a read is how many bytes were not read: all of them at the end of a file.</summary>
    private uint? Read(uint handle, uint address, uint length)
    {
        if (!_memory.Contains(address, length))
        {
            return Fail(HostError.BadAddress);
        }

        switch (handle)
        {
            case InputHandle or >= FirstFileHandle:
                return Ask(new HostRequest(SemihostingOperation.Read)
                {
                    Handle = handle,
                    Buffer = address,
                    Length = length,
                });
            case FeaturesHandle when _featuresOffset != Closed:
                var count = Math.Min(length, (uint)FeaturesFile.Bytes.Length - _featuresOffset);
                _memory.TryWrite(address, FeaturesFile.Bytes.Slice((int)_featuresOffset, (int)count));
                _featuresOffset += count;
                return length - count;
            default:
                return Fail(HostError.BadHandle);
        }
    }

    private uint? IsTerminal(uint handle) => handle switch
    {
        InputHandle or OutputHandle or ErrorHandle => 1u,
        FeaturesHandle when _featuresOffset != Closed => 0u,
        >= FirstFileHandle => Ask(new HostRequest(SemihostingOperation.IsTerminal) { Handle = handle }),
        _ => Fail(HostError.BadHandle),
    };

    private uint? Seek(uint handle, uint offset)
    {
        switch (handle)
        {
            case InputHandle or OutputHandle or ErrorHandle:
                return Fail(HostError.NotSeekable);
            case FeaturesHandle when _featuresOffset != Closed && offset <= FeaturesFile.Bytes.Length:
                _featuresOffset = offset;
                return Success;
            case FeaturesHandle when _featuresOffset != Closed:
                return Fail(HostError.InvalidArgument);
            case >= FirstFileHandle:
                return Ask(new HostRequest(SemihostingOperation.Seek) { Handle = handle, Value = offset });
            default:
                return Fail(HostError.BadHandle);
        }
    }

    private uint? Length(uint handle) => handle switch
    {
        InputHandle or OutputHandle or ErrorHandle => Fail(HostError.NotSeekable),
        FeaturesHandle when _featuresOffset != Closed => (uint)FeaturesFile.Bytes.Length,
        >= FirstFileHandle => Ask(new HostRequest(SemihostingOperation.FileLength) { Handle = handle }),
        _ => Fail(HostError.BadHandle),
    };

    /// <summary>A name made of the identifier alone: the same run has the same names.</summary>
    private uint NameTemporary(uint address, uint identifier, uint length)
    {
        if (identifier > byte.MaxValue)
        {
            return Fail(HostError.InvalidArgument);
        }

        var name = System.Text.Encoding.ASCII.GetBytes($"tmp-{identifier:x2}\0");
        return name.Length > length ? Fail(HostError.NameTooLong)
            : _memory.TryWrite(address, name) ? Success
            : Fail(HostError.BadAddress);
    }

    private uint? Remove(uint name, uint length) =>
        TryReadName(name, length, out var path, out var error)
            ? Ask(new HostRequest(SemihostingOperation.Remove) { Name = path, Buffer = name })
            : Fail(error);

    private uint? Rename(ReadOnlySpan<uint> words)
    {
        if (!TryReadName(words[0], words[1], out var path, out var error)
            || !TryReadName(words[2], words[3], out var newPath, out error))
        {
            return Fail(error);
        }

        return Ask(new HostRequest(SemihostingOperation.Rename)
        {
            Name = path,
            NewName = newPath,
            Buffer = words[0],
            Value = words[2],
        });
    }

    private bool TryReadName(uint address, uint length, out string name, out HostError error)
    {
        error = length > LongestName ? HostError.NameTooLong : HostError.BadAddress;
        var found = _memory.TryReadText(address, length, LongestName, out var text);
        name = text ?? "";
        return found;
    }
}
