using Reprise.Cli.Terminal;

namespace Reprise.Cli.Serial;

/// <summary>
/// A whole file's bytes, as fast as the guest takes them. It is read when it is needed, not in a thread: the same
/// firmware with the same file gives the same run.
/// </summary>
internal sealed class FileSource : IByteSource, IDisposable
{
    private readonly FileStream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _next;
    private int _count;

    /// <exception cref="CliException">It is no file that can be read without waiting.</exception>
    /// <exception cref="IOException">It can't be opened.</exception>
    public FileSource(string path)
    {
        if (Directory.Exists(path))
        {
            throw new CliException($"{path}: expected a file to read input from, not a folder.");
        }

        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        if (!_stream.CanSeek)
        {
            _stream.Dispose();
            throw new CliException($"{path}: expected a regular file to read input from; a pipe can come in on stdin.");
        }
    }

    public bool CanDeliver => HasByte;

    public bool HasByte
    {
        get
        {
            if (_next == _count)
            {
                _next = 0;
                _count = Read();
            }

            return _next < _count;
        }
    }

    public bool TryTake(out byte value)
    {
        value = HasByte ? _buffer[_next++] : (byte)0;
        return _count > 0;
    }

    public void Dispose() => _stream.Dispose();

    private int Read()
    {
        try
        {
            return _stream.Read(_buffer);
        }
        catch (IOException)
        {
            // A file that can't be read on ends here.
            return 0;
        }
    }
}
