using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Machines;

namespace Reprise.Benchmarks;

/// <summary>A loop of two instructions that reads or writes a register of the first timer; an operation is one access.</summary>
public class DeviceBenchmarks
{
    private const int Accesses = 100_000;
    private const ushort Load = 0x6801; // ldr r1, [r0]
    private const ushort Store = 0x6001; // str r1, [r0]
    private const uint TimerControl = 0x4000_0000;
    private const uint MainMemory = 0x2000_0000;

    private Machine _machine = null!;

    [GlobalSetup(Target = nameof(ReadDevice))]
    public void SetupRead() => Build(Load, TimerControl);

    [GlobalSetup(Target = nameof(WriteDevice))]
    public void SetupWrite() => Build(Store, TimerControl);

    [GlobalSetup(Target = nameof(ReadMemory))]
    public void SetupMemory() => Build(Load, MainMemory);

    [GlobalCleanup]
    public void Cleanup() => _machine.Dispose();

    /// <summary>For comparison: what the loop itself takes.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Accesses)]
    public void ReadMemory() => Loop();

    [Benchmark(OperationsPerInvoke = Accesses)]
    public void ReadDevice() => Loop();

    [Benchmark(OperationsPerInvoke = Accesses)]
    public void WriteDevice() => Loop();

    private void Loop() => _machine.Run(_machine.Position + 2 * Accesses, HitMode.Ignore);

    private void Build(ushort access, uint address)
    {
        var firmware = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(firmware, MainMemory + 0x1000); // initial stack pointer
        BinaryPrimitives.WriteUInt32LittleEndian(firmware.AsSpan(4), 8 | 1); // reset vector, Thumb
        BinaryPrimitives.WriteUInt16LittleEndian(firmware.AsSpan(8), 0x4801); // ldr r0, [pc, #4]
        BinaryPrimitives.WriteUInt16LittleEndian(firmware.AsSpan(10), access);
        BinaryPrimitives.WriteUInt16LittleEndian(firmware.AsSpan(12), 0xE7FD); // b to the access
        BinaryPrimitives.WriteUInt32LittleEndian(firmware.AsSpan(16), address);
        _machine = BenchSetup.BuildMachine(firmware);
        _machine.Run(1, HitMode.Ignore);
    }
}
