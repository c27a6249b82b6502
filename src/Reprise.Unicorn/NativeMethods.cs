using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>
/// The C functions of Unicorn 2 that Reprise uses. <c>uc_ctl</c> and <c>uc_hook_add</c> are variadic in C; they are
/// declared with their fixed shapes, which the System V and Windows x64 conventions pass alike for integers. Those that
/// are called at every device access take the bare handle: counting the users of a SafeHandle costs more than they do.
/// </summary>
internal static unsafe partial class NativeMethods
{
    // Runs before the first native call of this class, whichever it is.
    static NativeMethods() => UnicornLibrary.Register();

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_open(int architecture, int mode, out nint engine);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_close(nint engine);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_ctl(nint engine, uint control, nint first, nint second);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_mem_map_ptr(
        UnicornEngine engine, ulong address, nuint size, uint permissions, void* memory);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_mem_unmap(UnicornEngine engine, ulong address, nuint size);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_mmio_map(
        UnicornEngine engine, ulong address, nuint size, void* read, void* readData, void* write, void* writeData);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_hook_add(
        UnicornEngine engine, out nint hook, int type, void* callback, void* userData, ulong begin, ulong end);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_hook_add(
        UnicornEngine engine,
        out nint hook,
        int type,
        void* callback,
        void* userData,
        ulong begin,
        ulong end,
        int instruction);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_hook_del(UnicornEngine engine, nint hook);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_emu_start(
        nint engine, ulong begin, ulong until, ulong timeout, nuint count);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_emu_stop(nint engine);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_reg_read(nint engine, int register, void* value);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_reg_write(nint engine, int register, void* value);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_context_alloc(UnicornEngine engine, out nint context);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial nuint uc_context_size(UnicornEngine engine);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_context_save(UnicornEngine engine, UnicornContext context);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_context_restore(UnicornEngine engine, UnicornContext context);

    [LibraryImport(UnicornLibrary.Name)]
    internal static partial UnicornError uc_context_free(nint context);
}
