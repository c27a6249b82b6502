using System.Runtime.InteropServices;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <summary>
/// Where Unicorn's record of a CPU has the address at which translated code goes on behind the access that a callback is
/// called for. That depends on how the library was built; so loads and stores on an engine of its own show it: it is the
/// one word that is an address in the translation of the right instruction each time.
/// </summary>
internal sealed unsafe class ReturnAddressField
{
    private const ulong Register = 0x4000_0000;
    private const int RegisterSize = 0x1000;

    private static readonly Lazy<int?> _cortexM = new(() => new ReturnAddressField(
        UnicornEngine.OpenPlainCortexM(CortexMCore.M3),
        [
            0x08, 0x68, // ldr r0, [r1]
            0x08, 0x60, // str r0, [r1]
            0x4a, 0x68, // ldr r2, [r1, #4]
            0x8a, 0x80, // strh r2, [r1, #4]
        ],
        [0, 2, 4, 6],
        start: 1,
        pointer: (int)ArmRegister.R0 + 1,
        counter: (int)ArmRegister.Pc).Find());

    private static readonly Lazy<int?> _x86 = new(() => new ReturnAddressField(
        UnicornEngine.OpenX86(X86Core.Qemu32),
        [
            0x8b, 0x01, // mov eax, [ecx]
            0x89, 0x01, // mov [ecx], eax
            0x8b, 0x51, 0x04, // mov edx, [ecx + 4]
            0x66, 0x89, 0x51, 0x04, // mov [ecx + 4], dx
        ],
        [0, 2, 4, 7],
        start: 0,
        pointer: (int)X86Register.Ecx,
        counter: (int)X86Register.Eip).Find());

    private readonly UnicornEngine _engine;
    private readonly byte[] _code;
    private readonly int[] _instructions;
    private readonly ulong _start;
    private readonly int _counter;
    private CpuInternals? _cpu;
    private List<int> _candidates = [];
    private int _accesses;

    /// <param name="engine">An engine of its own; closed by <see cref="Find"/>.</param>
    /// <param name="code">Instructions with an access each.</param>
    /// <param name="instructions">Where they begin in it.</param>
    /// <param name="start">Where the engine is told to start, for an address of 0.</param>
    /// <param name="pointer">The register that they find the address in.</param>
    /// <param name="counter">The program counter.</param>
    private ReturnAddressField(
        UnicornEngine engine, byte[] code, int[] instructions, ulong start, int pointer, int counter)
    {
        (_engine, _code, _instructions, _start, _counter) = (engine, code, instructions, start, counter);
        engine.WriteRegister(pointer, (uint)Register);
    }

    /// <summary>Its offset in bytes in the CPU of an engine; null when it was not found.</summary>
    public static int? Of(UnicornEngine unicorn) => unicorn.Target switch
    {
        "arm" => _cortexM.Value,
        "x86_64" => _x86.Value,
        _ => null,
    };

    private int? Find()
    {
        using var memory = new RamRegion("scratch", 0, RamRegion.Alignment);
        _code.CopyTo(memory.Bytes);
        var self = GCHandle.Alloc(this);
        delegate* unmanaged<nint, ulong, uint, nint, ulong> read = &OnRead;
        delegate* unmanaged<nint, ulong, uint, ulong, nint, void> write = &OnWrite;
        using (_engine)
        {
            // SAFETY: the memory is disposed after the engine, and so is the handle freed.
            _engine.Map(0, (nuint)memory.Size, PagePermissions.All, memory.Pointer);
            _engine.MapCallbacks(Register, RegisterSize, read, write, (void*)GCHandle.ToIntPtr(self));
            _cpu = new CpuInternals(_engine);
            _candidates = [.. Enumerable.Range(0, _cpu.Length / sizeof(nint)).Select(word => word * sizeof(nint))];
            if (_candidates.Count > 0)
            {
                _engine.Start(_start, (ulong)_code.Length);
            }
        }

        self.Free();
        return _accesses == _instructions.Length && _candidates.Count == 1 ? _candidates[0] : null;
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
        var expected = (uint)_instructions[_accesses++];
        _candidates = [.. _candidates.Where(
            offset => _cpu!.TryRestore(_cpu.Word(offset)) && _engine.ReadRegister(_counter) == expected)];
    }
}
