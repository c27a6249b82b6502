using System.Buffers.Binary;
using System.Text;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Emulation.Semihosting;

namespace Reprise.Emulation.Tests.Semihosting;

/// <summary>A machine whose program is one BKPT 0xAB, which a test calls with what registers and memory it likes.</summary>
internal sealed class SemihostingRig : IOutputSink, IDisposable
{
    public const uint Code = 0x100;
    public const uint Block = 0x2000_0000;
    public const uint Buffer = 0x2000_1000;

    /// <summary>Nothing is there, and nothing behind it.</summary>
    public const uint Nowhere = 0xf000_0000;

    private const int ProgramCounter = 15;

    private readonly StringBuilder _text = new();

    public SemihostingRig(bool enabled = true, string commandLine = "", ushort[]? program = null)
    {
        var image = new byte[0x200];
        BinaryPrimitives.WriteUInt32LittleEndian(image, 0x2001_0000);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(4), Code | 1);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), 0x181);
        program ??= [0xbeab, 0xe7fe];
        for (var i = 0; i < program.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan((int)Code + 2 * i), program[i]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x180), 0xe7fe);
        Machine = MachineBuilder.Build(
            BoardCatalog.Find("mps2-an385")!,
            new BoardOptions(8, enabled, commandLine),
            FirmwareLoader.Parse(image, "call.bin", 0),
            "call.bin",
            this);
    }

    public Machine Machine { get; }

    /// <summary>What came out; bytes of standard error stand in brackets.</summary>
    public string Text => _text.ToString();

    public uint Result => Register(0);

    public uint Register(int index)
    {
        Span<byte> value = stackalloc byte[4];
        Machine.Processor.ReadRegister(index, value);
        return BinaryPrimitives.ReadUInt32LittleEndian(value);
    }

    /// <summary>Makes a call with a parameter.</summary>
    public StopReason CallWith(SemihostingOperation operation, uint parameter)
    {
        Machine.Processor.WriteRegister(ProgramCounter, BitConverter.GetBytes(Code));
        Machine.Processor.WriteRegister(0, BitConverter.GetBytes((uint)operation));
        Machine.Processor.WriteRegister(1, BitConverter.GetBytes(parameter));
        return Machine.Run(Machine.Position + 1);
    }

    /// <summary>Makes a call with a parameter block.</summary>
    public StopReason Call(SemihostingOperation operation, params ReadOnlySpan<uint> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            Machine.Poke(Block + 4 * (uint)i, BitConverter.GetBytes(words[i]));
        }

        return CallWith(operation, Block);
    }

    public uint Put(string text)
    {
        Machine.Poke(Buffer, Encoding.ASCII.GetBytes(text + "\0"));
        return Buffer;
    }

    public string Memory(uint address, int length)
    {
        var bytes = new byte[length];
        Machine.Peek(address, bytes);
        return Encoding.ASCII.GetString(bytes);
    }

    public StopReason Open(string name, uint mode) =>
        Call(SemihostingOperation.Open, Put(name), mode, (uint)name.Length);

    public void Write(string port, byte value) =>
        _text.Append(port == SemihostingCalls.ErrorPort ? $"[{(char)value}]" : $"{(char)value}");

    public void Dispose() => Machine.Dispose();
}
