using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>Memory for host machine instructions, filled from its start.</summary>
internal sealed unsafe partial class ExecutableMemory : IDisposable
{
    // mmap(2) on Linux.
    private const int ReadWriteExecute = 1 | 2 | 4;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int FixedNoReplace = 0x10_0000;
    private const nint Failed = -1;

    private readonly nuint _size;
    private nuint _used;
    private void* _address;

    /// <summary>Takes <paramref name="size"/> bytes anywhere.</summary>
    /// <exception cref="InvalidOperationException">The system gives none.</exception>
    public ExecutableMemory(nuint size)
        : this(mmap(null, size, ReadWriteExecute, PrivateAnonymous, -1, 0), size)
    {
        if (_address == (void*)Failed)
        {
            throw new InvalidOperationException($"mmap failed with error {Marshal.GetLastPInvokeError()}");
        }
    }

    private ExecutableMemory(void* address, nuint size)
    {
        _address = address;
        _size = size;
    }

    /// <summary>The emitted code is x86-64 with the System V convention; elsewhere the managed path counts.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public nint Address => (nint)_address;

    /// <summary>Where the next <see cref="Append"/> writes.</summary>
    public nint End => Address + (nint)_used;

    public nuint Free => _size - _used;

    /// <summary>Memory below an address, as near as there is any, at most <paramref name="reach"/> bytes away.</summary>
    /// <returns>Null when all of it is taken.</returns>
    public static ExecutableMemory? Below(nint address, nint size, nint reach)
    {
        for (var start = (address & -size) - size; start > 0 && address - start <= reach; start -= size)
        {
            var found = mmap((void*)start, (nuint)size, ReadWriteExecute, PrivateAnonymous | FixedNoReplace, -1, 0);
            if (found == (void*)start)
            {
                return new ExecutableMemory(found, (nuint)size);
            }

            if (found != (void*)Failed)
            {
                // A kernel older than 4.17 takes the address as a hint only.
                _ = munmap(found, (nuint)size);
            }
        }

        return null;
    }

    /// <summary>Adds code and answers where it begins.</summary>
    public nint Append(ReadOnlySpan<byte> code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)code.Length, Free);
        var start = End;

        // SAFETY: the mapping has Free bytes behind End, at least code.Length.
        code.CopyTo(new Span<byte>((void*)start, code.Length));
        _used += (nuint)code.Length;
        return start;
    }

    public void Dispose()
    {
        if (_address is not null)
        {
            _ = munmap(_address, _size);
            _address = null;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* address, nuint length);
}
