using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using Reprise.Emulation.Execution;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Devices.Pc;

// Goal: start a kernel as a boot loader would, behind the BIOS, so that the kernel finds all that a BIOS leaves.
//
// A BIOS copies the ROMs that fw_cfg names (genroms/) to memory and calls them, as it does with those on cards. The Plug
// and Play header (BIOS Boot Specification 1.01, 3.3) says that this one can boot. Its boot entry has fw_cfg copy each part
// of the kernel to its place (one request a part, ready-made in the ROM), and goes on in what starts that kind of kernel.

/// <summary>The option ROM that starts a kernel.</summary>
internal static class KernelRom
{
    private const int Length = 1024;
    private const int Header = 0x1C; // where the Plug and Play header begins
    private const int HeaderLength = 0x20;
    private const int Name = Header + HeaderLength;
    private const int Code = 0x60;
    private const int Requests = 0x200;
    private const int RequestLength = 16;

    private const ushort AddressHigh = 0x514; // fw_cfg's ports for the address of a request
    private const ushort AddressLow = 0x518;
    private const uint Select = 8;
    private const uint Read = 2;

    /// <param name="load">The kernel.</param>
    public static byte[] Make(KernelLoad load)
    {
        var rom = new byte[Length];
        var parts = load.Parts.Where(part => part.Content.Length > 0).ToList();
        ReadOnlySpan<byte> begin = [0x55, 0xAA, Length / 512, 0x31, 0xC0, 0xCB]; // initialisation: xor ax, ax; retf
        begin.CopyTo(rom);
        BinaryPrimitives.WriteUInt16LittleEndian(rom.AsSpan(0x1A), Header);
        "$PnP\u0001"u8.CopyTo(rom.AsSpan(Header));
        rom[Header + 5] = HeaderLength / 16;
        BinaryPrimitives.WriteUInt16LittleEndian(rom.AsSpan(Header + 0x10), Name);
        rom[Header + 0x15] = 0x14; // it can be booted, and is not needed otherwise
        BinaryPrimitives.WriteUInt16LittleEndian(rom.AsSpan(Header + 0x1A), Code);
        Encoding.ASCII.GetBytes(load.Title, rom.AsSpan(Name, Code - Name - 1));
        rom[Header + 9] = ChecksumOf(rom.AsSpan(Header, HeaderLength));
        var copy = CopyCode(parts.Count);
        copy.CopyTo(rom, Code);
        load.StartCode(Code + copy.Length).CopyTo(rom.AsSpan(Code + copy.Length, Requests - Code - copy.Length));
        for (var i = 0; i < parts.Count; i++)
        {
            var request = rom.AsSpan(Requests + (i * RequestLength));
            BinaryPrimitives.WriteUInt32BigEndian(request, (uint)parts[i].Key.Data << 16 | Select | Read);
            BinaryPrimitives.WriteInt32BigEndian(request[4..], parts[i].Content.Length);
            BinaryPrimitives.WriteUInt64BigEndian(request[8..], parts[i].Address);
        }

        rom[^1] = ChecksumOf(rom);
        return rom;
    }

    private static byte[] CopyCode(int parts)
    {
        var code = new Assembler(16);
        var next = code.CreateLabel();
        code.cli();
        code.cld();
        code.xor(ebx, ebx);
        code.mov(bx, cs);
        code.shl(ebx, 4);
        code.add(ebx, Requests);
        code.mov(cx, (short)parts);
        code.Label(ref next);
        code.xor(eax, eax);
        code.mov(dx, AddressHigh);
        code.@out(dx, eax);
        code.mov(eax, ebx);
        code.bswap(eax);
        code.mov(dx, AddressLow);
        code.@out(dx, eax);
        code.add(ebx, RequestLength);
        code.dec(cx);
        code.jne(next);
        return CounterCode.Bytes(code, Code);
    }

    private static byte ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }

        return (byte)-sum;
    }
}
