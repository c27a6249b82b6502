using System.Runtime.InteropServices;

namespace Reprise.Unicorn;

/// <summary>One Unicorn engine instance. Every failed call throws a <see cref="UnicornException"/>.</summary>
public sealed unsafe class UnicornEngine : SafeHandle
{
    // UC_ARCH_ARM; UC_MODE_THUMB. With UC_MODE_MCLASS every model is a Cortex-M33, whatever is asked for.
    private const int ArchitectureArm = 1;
    private const int ModeThumb = 1 << 4;

    // UC_ARCH_X86; UC_MODE_32, UC_MODE_64: which registers it names, and how a new engine begins.
    private const int ArchitectureX86 = 4;
    private const int Mode32 = 1 << 2;
    private const int Mode64 = 1 << 3;

    // UC_CTL_WRITE(type, arguments) as the header's macro computes it.
    private const uint ControlCpuModel = 0x44000007;
    private const uint ControlRemoveTranslation = 0x48000009;
    private const uint ControlFlushTranslations = 0x4000000a;
    private const uint ControlFlushTlb = 0x4000000b;
    private const uint ControlTlbType = 0x4400000c;
    private const int VirtualTlb = 1;

    private UnicornEngine(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    /// <summary>What the library's own functions for this instruction set end in.</summary>
    public string Target { get; private init; } = "arm";

    /// <summary>The <c>uc_engine*</c>, for those who look into it; it stays the engine's own.</summary>
    public nint Pointer => Handle;

    /// <summary>
    /// Hooks and callbacks need the engine's owner in any case, so that nobody lets go of an engine that is in a call.
    /// </summary>
    private nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Opens a Cortex-M whose address translation is the caller's TLB-fill hook.</summary>
    public static UnicornEngine OpenCortexM(CortexMCore core)
    {
        var engine = OpenPlainCortexM(core);
        engine.UseVirtualTlb();
        return engine;
    }

    /// <summary>Opens a Cortex-M that sees the mapped memory as it is.</summary>
    public static UnicornEngine OpenPlainCortexM(CortexMCore core)
    {
        Check("uc_open", NativeMethods.uc_open(ArchitectureArm, ModeThumb, out var handle));
        var engine = new UnicornEngine(handle);
        Check("uc_ctl(cpu model)", NativeMethods.uc_ctl(engine.Handle, ControlCpuModel, (nint)core, 0));
        return engine;
    }

    /// <summary>Opens an x86 that sees the mapped memory as it is; <see cref="UseVirtualTlb"/> changes that.</summary>
    public static UnicornEngine OpenX86(X86Core core)
    {
        var mode = core == X86Core.Qemu64 ? Mode64 : Mode32;
        Check("uc_open", NativeMethods.uc_open(ArchitectureX86, mode, out var handle));
        var engine = new UnicornEngine(handle) { Target = "x86_64" };
        Check("uc_ctl(cpu model)", NativeMethods.uc_ctl(engine.Handle, ControlCpuModel, (nint)core, 0));
        return engine;
    }

    /// <summary>From here on address translation is the caller's TLB-fill hook.</summary>
    public void UseVirtualTlb() =>
        Check("uc_ctl(tlb type)", NativeMethods.uc_ctl(Handle, ControlTlbType, VirtualTlb, 0));

    /// <summary>Maps the caller's memory; it must stay valid until the engine is closed.</summary>
    public void Map(ulong address, nuint size, PagePermissions permissions, void* memory) =>
        Check("uc_mem_map_ptr", NativeMethods.uc_mem_map_ptr(this, address, size, (uint)permissions, memory));

    /// <summary>Takes away what was mapped at a range.</summary>
    public void Unmap(ulong address, nuint size) =>
        Check("uc_mem_unmap", NativeMethods.uc_mem_unmap(this, address, size));

    /// <summary>
    /// Sends accesses of physical addresses to callbacks: <c>ulong (uc, ulong offset, uint size, void* user)</c> and
    /// <c>void (uc, ulong offset, uint size, ulong value, void* user)</c>. They must stay valid and must not throw.
    /// </summary>
    public void MapCallbacks(ulong address, nuint size, void* read, void* write, void* userData) =>
        Check("uc_mmio_map", NativeMethods.uc_mmio_map(this, address, size, read, userData, write, userData));

    /// <summary>Adds a hook over all addresses. The callback must stay valid and must not throw.</summary>
    public void AddHook(UnicornHook kind, void* callback, void* userData) =>
        Check("uc_hook_add", NativeMethods.uc_hook_add(this, out _, (int)kind, callback, userData, 1, 0));

    /// <summary>
    /// Adds a hook over the instructions that begin in a range; translations made before must be dropped. The callback
    /// must stay valid and must not throw.
    /// </summary>
    /// <returns>What <see cref="RemoveHook"/> takes.</returns>
    public nint AddHook(UnicornHook kind, void* callback, void* userData, ulong first, ulong last)
    {
        Check("uc_hook_add", NativeMethods.uc_hook_add(this, out var hook, (int)kind, callback, userData, first, last));
        return hook;
    }

    /// <summary>
    /// Adds a hook over all instructions of a kind that Unicorn leaves to the caller. The callback has the shape that
    /// the instruction says; it must stay valid and must not throw.
    /// </summary>
    public void AddHook(X86Instruction instruction, void* callback, void* userData) =>
        Check(
            "uc_hook_add(instruction)",
            NativeMethods.uc_hook_add(
                this, out _, (int)UnicornHook.Instruction, callback, userData, 1, 0, (int)instruction));

    public void RemoveHook(nint hook) => Check("uc_hook_del", NativeMethods.uc_hook_del(this, hook));

    /// <summary>Runs from an address (bit 0 set for Thumb) until another one is reached or a hook stops it.</summary>
    public UnicornError Start(ulong begin, ulong until) => NativeMethods.uc_emu_start(Handle, begin, until, 0, 0);

    public void Stop() => Check("uc_emu_stop", NativeMethods.uc_emu_stop(Handle));

    /// <summary>Reads a register of any instruction set by Unicorn's number for it, zero-extended from its size.</summary>
    public ulong ReadRegister(int register)
    {
        ulong value = 0;
        Check("uc_reg_read", NativeMethods.uc_reg_read(Handle, register, &value));
        return value;
    }

    public uint ReadRegister(ArmRegister register)
    {
        uint value = 0;
        Check("uc_reg_read", NativeMethods.uc_reg_read(Handle, (int)register, &value));
        return value;
    }

    /// <summary>Writes a register of up to 64 bits by Unicorn's number for it.</summary>
    public void WriteRegister(int register, ulong value) =>
        Check("uc_reg_write", NativeMethods.uc_reg_write(Handle, register, &value));

    public void WriteRegister(ArmRegister register, uint value) =>
        Check("uc_reg_write", NativeMethods.uc_reg_write(Handle, (int)register, &value));

    /// <summary>Reads a register of at most <paramref name="value"/>'s bytes.</summary>
    public void ReadRegister(int register, Span<byte> value)
    {
        fixed (byte* bytes = value)
        {
            Check("uc_reg_read", NativeMethods.uc_reg_read(Handle, register, bytes));
        }
    }

    /// <summary>Writes a register of at most <paramref name="value"/>'s bytes.</summary>
    public void WriteRegister(int register, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            Check("uc_reg_write", NativeMethods.uc_reg_write(Handle, register, bytes));
        }
    }

    /// <summary>Forgets every translated page, so that the next access of each asks the TLB-fill hook again.</summary>
    public void FlushTlb() => Check("uc_ctl(flush tlb)", NativeMethods.uc_ctl(Handle, ControlFlushTlb, 0, 0));

    /// <summary>Drops the translated code that overlaps a range of addresses.</summary>
    public void RemoveTranslations(ulong begin, ulong end) =>
        Check(
            "uc_ctl(remove translations)",
            NativeMethods.uc_ctl(Handle, ControlRemoveTranslation, (nint)begin, (nint)end));

    /// <summary>Drops all translated code.</summary>
    public void FlushTranslations() =>
        Check("uc_ctl(flush translations)", NativeMethods.uc_ctl(Handle, ControlFlushTranslations, 0, 0));

    public UnicornContext CreateContext()
    {
        Check("uc_context_alloc", NativeMethods.uc_context_alloc(this, out var context));
        return new UnicornContext(context, NativeMethods.uc_context_size(this));
    }

    public void Save(UnicornContext context) =>
        Check("uc_context_save", NativeMethods.uc_context_save(this, context));

    public void Restore(UnicornContext context) =>
        Check("uc_context_restore", NativeMethods.uc_context_restore(this, context));

    protected override bool ReleaseHandle() => NativeMethods.uc_close(handle) == UnicornError.Ok;

    private static void Check(string operation, UnicornError error)
    {
        if (error != UnicornError.Ok)
        {
            throw new UnicornException(operation, error);
        }
    }
}
