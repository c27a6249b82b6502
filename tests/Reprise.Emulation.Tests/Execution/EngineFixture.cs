using System.Buffers.Binary;
using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.Execution;
using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>A Cortex-M3 with code at 0x100 and data at 0x20000000, and its whole state as a comparable value.</summary>
internal sealed class EngineFixture : IDisposable
{
    public const uint CodeAddress = 0x100;
    public const uint DataAddress = 0x2000_0000;
    public const int PageSize = 1024;

    private readonly RamRegion _code = new("code", 0, 0x10000);
    private readonly RamRegion _data = new("data", DataAddress, 0x10000);
    private readonly RamRegion _belowDevices = new("below devices", 0x3fff_0000, 0x10000);
    private readonly MemoryMap _memory;
    private readonly UnicornEngine _unicorn = UnicornEngine.OpenCortexM(CortexMCore.M3);

    public EngineFixture(
        ReadOnlySpan<byte> program, IDeviceBus? bus = null, IMemoryProtection? protection = null, uint address = CodeAddress)
    {
        program.CopyTo(_code.Bytes[(int)address..]);
        var memory = new MemoryMap([_data, _code, _belowDevices], PageSize);
        _memory = memory;
        Engine = new ExecutionEngine(_unicorn, new ThumbDecoder(), memory, bus ?? new EmptyBus(), protection: protection);
        _unicorn.WriteRegister(ArmRegister.Sp, DataAddress + 0x8000);
        _unicorn.WriteRegister(ArmRegister.R0 + 1, DataAddress + 0x100);
        _unicorn.WriteRegister(ArmRegister.Pc, address | 1);
    }

    /// <summary>Assembled from probe.s beside this file.</summary>
    public static byte[] Probe { get; } =
    [
        0x01, 0x30, 0x41, 0xf2, 0x34, 0x24, 0x08, 0x60, 0x0b, 0x68, 0x63, 0x40, 0x10, 0xf0, 0x03, 0x0f, 0x0c, 0xbf,
        0xed, 0x18, 0x07, 0x3d, 0x46, 0x01, 0x44, 0xbf, 0x01, 0x37, 0x4f, 0x60, 0xb5, 0xfb, 0xf4, 0xf8, 0xc1, 0x44,
        0x10, 0xf0, 0x40, 0x0f, 0x01, 0xd1, 0x29, 0xb4, 0x4c, 0xbc, 0xe7, 0xe7,
    ];

    public ExecutionEngine Engine { get; }

    public uint Pc => _unicorn.ReadRegister(ArmRegister.Pc);

    public uint Register(int number) => _unicorn.ReadRegister(ArmRegister.R0 + number);

    public void SetRegister(int number, uint value) => _unicorn.WriteRegister(ArmRegister.R0 + number, value);

    public void WriteWord(uint address, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _memory.Write(address, bytes);
    }

    public void SetPc(uint address) => _unicorn.WriteRegister(ArmRegister.Pc, address | 1);

    public string State()
    {
        var registers = Enumerable.Range(0, 13).Select(Register)
            .Concat([
                _unicorn.ReadRegister(ArmRegister.Sp), _unicorn.ReadRegister(ArmRegister.Lr), Pc,
                _unicorn.ReadRegister(ArmRegister.Xpsr)]);
        var memory = System.IO.Hashing.XxHash64.HashToUInt64(_data.Bytes);
        return $"{Engine.Position}: {string.Join(' ', registers.Select(value => $"{value:x8}"))} {memory:x16}";
    }

    public void Dispose()
    {
        Engine.Dispose();
        _code.Dispose();
        _data.Dispose();
        _belowDevices.Dispose();
    }
}
