using System.Buffers.Binary;
using Iced.Intel;
using Reprise.Emulation.Execution;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Devices.Pc;

// Goal: start a kernel as a boot loader would, behind the BIOS, so that the kernel finds all that a BIOS leaves.
//
// A BIOS copies the ROMs that fw_cfg names (genroms/) to memory and calls them, as it does with those on cards. The Plug
// and Play header (BIOS Boot Specification 1.01, 3.3) says that this one can boot. Its boot entry has fw_cfg copy each part
// of the kernel to its place (one request a part, ready-made in the ROM), and jumps to the kernel's code for real mode.

/// <summary>The option ROM that starts a Linux kernel.</summary>
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
    public static byte[] Make(LinuxLoad load)
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
        "Linux kernel\0"u8.CopyTo(rom.AsSpan(Name));
        rom[Header + 9] = ChecksumOf(rom.AsSpan(Header, HeaderLength));
        CodeFor(parts.Count).CopyTo(rom, Code);
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

    private static byte[] CodeFor(int parts)
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

        // As boot.rst has it: all segments but CS are the set-up code's, and that begins behind its first sector.
        code.mov(ax, LinuxLoad.SetupSegment);
        code.mov(ds, ax);
        code.mov(es, ax);
        code.mov(fs, ax);
        code.mov(gs, ax);
        code.mov(ss, ax);
        code.mov(sp, LinuxLoad.HeapEnd);
        byte[] jump = [0xEA, 0, 0, (LinuxLoad.SetupSegment + 0x20) & 0xFF, (LinuxLoad.SetupSegment + 0x20) >> 8];
        return [.. CounterCode.Bytes(code, Code), .. jump];
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
