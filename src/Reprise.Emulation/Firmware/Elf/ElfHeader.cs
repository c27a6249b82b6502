using System.Buffers.Binary;

namespace Reprise.Emulation.Firmware.Elf;

/// <summary>The file header (System V ABI, "ELF Header"), as far as a loader needs it.</summary>
internal sealed record ElfHeader(
    FirmwareMachine Machine,
    ulong EntryPoint,
    ulong ProgramHeaders,
    int ProgramHeaderCount,
    ulong SectionHeaders,
    int SectionHeaderCount)
{
    /// <summary>Where it names the processor.</summary>
    public const int MachineOffset = 18;

    private const int TypeOffset = 16;
    private const ushort Executable = 2;

    public static ElfHeader Read(ElfBytes elf)
    {
        var is64 = elf.Is64;
        var header = elf.Slice(0, is64 ? 64u : 52u, "a file header", 0).Span;
        if (elf.Half(header, TypeOffset) != Executable)
        {
            throw elf.Error(TypeOffset, "an executable file (type 2)");
        }

        var machine = MachineOf(header);
        if (machine == FirmwareMachine.Unknown || machine == FirmwareMachine.X64 != is64)
        {
            throw elf.Error(MachineOffset, "code for 32-bit ARM, i386 or x86-64");
        }

        var programHeaderCount = elf.Half(header, is64 ? 56 : 44);
        var sectionHeaderCount = elf.Half(header, is64 ? 60 : 48);
        RequireSize(elf, header, is64 ? 54 : 42, programHeaderCount, is64 ? 56 : 32, "program");
        RequireSize(elf, header, is64 ? 58 : 46, sectionHeaderCount, is64 ? 64 : 40, "section");
        var entryPoint = elf.Native(header, 24, 24);
        return new ElfHeader(
            machine,
            machine == FirmwareMachine.Arm ? entryPoint & ~1ul : entryPoint,
            elf.Native(header, 28, 32),
            programHeaderCount,
            elf.Native(header, 32, 40),
            sectionHeaderCount);
    }

    /// <summary>The processor that the first bytes of a file name; unknown when it is another, or when they end before.</summary>
    public static FirmwareMachine MachineOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length < MachineOffset + sizeof(ushort) ? FirmwareMachine.Unknown
            : BinaryPrimitives.ReadUInt16LittleEndian(bytes[MachineOffset..]) switch
            {
                40 => FirmwareMachine.Arm,
                3 => FirmwareMachine.I386,
                62 => FirmwareMachine.X64,
                _ => FirmwareMachine.Unknown,
            };

    private static void RequireSize(
        ElfBytes elf, ReadOnlySpan<byte> header, int offset, int count, int size, string what)
    {
        if (count > 0 && elf.Half(header, offset) != size)
        {
            throw elf.Error(offset, $"{what} headers of {size} bytes");
        }
    }
}
