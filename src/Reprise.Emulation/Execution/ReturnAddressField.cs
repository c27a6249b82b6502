using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>
/// Where Unicorn's record of a CPU has the address at which translated code goes on behind the access that a callback is
/// called for. That depends on how the library was built; so loads and a store on an engine of its own show it: it is the
/// one word that is an address in the translation of the right instruction each time.
/// </summary>
internal sealed unsafe class ReturnAddressField
{
    private const ulong Register = 0x4000_0000;
    private const int RegisterSize = 0x1000;

    private static readonly Lazy<int?> _cortexM = new(() => new ReturnAddressField().Find());

    private readonly UnicornEngine _engine = UnicornEngine.OpenPlainCortexM(CortexMCore.M3);
    private CpuInternals? _cpu;
    private List<int> _candidates = [];
    private uint _expected;

    /// <summary>Its offset in bytes in the CPU of an engine; null when it was not found.</summary>
    public static int? Of(UnicornEngine unicorn) => unicorn.Target == "arm" ? _cortexM.Value : null;

    private int? Find()
    {
        ReadOnlySpan<byte> code =
        [
            0x08, 0x68, // ldr r0, [r1]
            0x08, 0x60, // str r0, [r1]
            0x4a, 0x68, // ldr r2, [r1, #4]
            0x8a, 0x80, // strh r2, [r1, #4]
        ];
        using var memory = new RamRegion("scratch", 0, RamRegion.Alignment);
        code.CopyTo(memory.Bytes);
        var self = GCHandle.Alloc(this);
        delegate* unmanaged<nint, ulong, uint, nint, ulong> read = &OnRead;
        delegate* unmanaged<nint, ulong, uint, ulong, nint, void> write = &OnWrite;
        using (_engine)
        {
            // SAFETY: the memory is disposed after the engine, and so is the handle freed.
            _engine.Map(0, (nuint)memory.Size, PagePermissions.All, memory.Pointer);
            _engine.MapCallbacks(Register, RegisterSize, read, write, (void*)GCHandle.ToIntPtr(self));
            _engine.WriteRegister(ArmRegister.R0 + 1, (uint)Register);
            _cpu = new CpuInternals(_engine);
            _candidates = [.. Enumerable.Range(0, _cpu.Length / sizeof(nint)).Select(word => word * sizeof(nint))];
            if (_candidates.Count > 0)
            {
                _engine.Start(1, (ulong)code.Length);
            }
        }

        self.Free();
        return _expected == code.Length && _candidates.Count == 1 ? _candidates[0] : null;
    }

    [UnmanagedCallersOnly]
    private static ulong OnRead(nint unicorn, ulong offset, uint size, nint self)
    {
        ((ReturnAddressField)GCHandle.FromIntPtr(self).Target!).Narrow();
        return 0;
    }

    [UnmanagedCallersOnly]
    private static void OnWrite(nint unicorn, ulong offset, uint size, ulong value, nint self) =>
        ((ReturnAddressField)GCHandle.FromIntPtr(self).Target!).Narrow();

    private void Narrow()
    {
        _candidates = [.. _candidates.Where(
            offset => _cpu!.TryRestore(_cpu.Word(offset)) && _engine.ReadRegister(ArmRegister.Pc) == _expected)];
        _expected += sizeof(ushort);
    }
}
