using System.Runtime.InteropServices;

namespace Reprise.Emulation.Execution;

/// <summary>A few host machine instructions, written once and then executable and read-only.</summary>
internal sealed unsafe partial class ExecutableMemory : IDisposable
{
    private const int ReadWrite = 1 | 2;
    private const int ReadExecute = 1 | 4;
    private const int PrivateAnonymousLinux = 0x02 | 0x20;

    private readonly nuint _size;
    private void* _address;

    public ExecutableMemory(ReadOnlySpan<byte> code)
    {
        _size = (nuint)Environment.SystemPageSize;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)code.Length, _size);
        _address = mmap(null, _size, ReadWrite, PrivateAnonymousLinux, -1, 0);
        if (_address == (void*)-1)
        {
            throw new InvalidOperationException($"mmap failed with error {Marshal.GetLastPInvokeError()}");
        }

        // SAFETY: the mapping has _size bytes, at least code.Length.
        code.CopyTo(new Span<byte>(_address, (int)_size));
        if (mprotect(_address, _size, ReadExecute) != 0)
        {
            throw new InvalidOperationException($"mprotect failed with error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>The emitted code is x86-64 with the System V convention; elsewhere the managed path counts.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public nint Address => (nint)_address;

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
    private static partial int mprotect(void* address, nuint length, int protection);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* address, nuint length);
}
