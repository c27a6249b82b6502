using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Boards;

/// <summary>
/// An error of the x87 as DOS programs see it: interrupt 13, whose handler in the BIOS writes port F0h and calls that of the NMI.
/// </summary>
internal sealed class CoprocessorInterruptTests
{
    private const string Bios = "/usr/share/seabios/bios-256k.bin";

    /// <summary>
    /// A boot sector. It unmasks interrupt 13 and divisions by zero, divides 1 by 0, prints A, waits, stores the result, prints B
    /// and exits with 0; on vector 2 is a handler that prints N and clears the error.
    /// </summary>
    private const string BootSector =
        "31c08ed88ed0bc007cc7060800467ca30a00e4a124dfe6a1e42124fbe621fbdbe3c7064f7c7b03d92e4f7cd9eed9e8d8f190" +
        "b041e6e99bdd1e517cb042e6e9b000e6f4f4ebfd50b04ee6e958dbe2cf";

    private readonly TempFolder _folder = new();

    [OneTimeTearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Wait_WithoutNumericError_LetsTheBiosSeeToTheError()
    {
        var image = new byte[1440 * 1024];
        Convert.FromHexString(BootSector).CopyTo(image, 0);
        (image[510], image[511]) = (0x55, 0xaa);
        var floppy = _folder.File("floppy.img");
        File.WriteAllBytes(floppy, image);
        var recording = _folder.File("x87.reprise");

        var ran = Tool.Run(
            "run", Bios, "--board", "pc", "--disk", $"fda={floppy}", "--serial", "uart0=null", "--serial", "console=stdio",
            "--record", recording, "--max-instructions", "50_000_000");

        Assert.That((ran.Output, ran.Status), Is.EqualTo(("ANB\n", 1)), ran.ToString());
        var verified = Tool.Run("verify", recording);
        Assert.That(verified.Status, Is.Zero, verified.ToString());
    }
}
