using System.Buffers.Binary;
using Reprise.Cli.Options;
using Reprise.Emulation.Boards;

namespace Reprise.Cli.Tests.Options;

/// <summary>Which firmware finds a BIOS in the ROM of the board's VGA.</summary>
internal sealed class RomOptionTests
{
    private const int RomSize = 1 << 16;
    private const int HeaderAt = 0x100;

    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory();
        File.WriteAllBytes(Path.Combine(_folder.FullName, "vgabios-stdvga.bin"), [0x55, 0xAA]);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestCase(0u, true)]
    [TestCase(0xFFFF_0000u, true)]
    [TestCase(0x10_0000u, false)]
    public void Read_OfAFirmware_FindsTheUsualRomOfABiosOnly(uint multibootAddress, bool isFound)
    {
        var bytes = new byte[RomSize];
        if (multibootAddress != 0)
        {
            uint[] header =
            [
                0x1BAD_B002, 0x1_0000, unchecked(0u - 0x1BAD_B002 - 0x1_0000), // magic, flags, what makes their sum 0
                multibootAddress + HeaderAt, multibootAddress, 0, 0, multibootAddress + 0x200,
            ];
            for (var i = 0; i < header.Length; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeaderAt + (i * 4)), header[i]);
            }
        }

        var path = Path.Combine(_folder.FullName, "firmware.rom");
        File.WriteAllBytes(path, bytes);

        Assert.That(RomOption.Read([], BoardCatalog.Find("pc")!, path).ContainsKey("vga"), Is.EqualTo(isFound));
    }
}
