using Reprise.Emulation.Firmware;
using Reprise.TimeTravel.Recording;

namespace Reprise.Cli.Sessions;

/// <summary>An ELF file for gdb's symbols: the user's own, or a copy of what a recording holds.</summary>
internal sealed class SymbolFile : IDisposable
{
    private readonly DirectoryInfo? _folder;

    /// <param name="path">The firmware file that runs.</param>
    /// <param name="firmware">What it holds.</param>
    public SymbolFile(string path, FirmwareImage firmware)
    {
        Path = firmware.Format == FirmwareFormat.Elf ? path : null;
        Is32BitX86 = Path is not null && firmware.Machine == FirmwareMachine.I386;
    }

    /// <exception cref="IOException">The copy can't be made.</exception>
    public SymbolFile(RecordingFile recording)
    {
        if (recording.Firmware.Format == FirmwareFormat.Elf)
        {
            // The recorded name is somebody else's text: it names no file of ours.
            _folder = Directory.CreateTempSubdirectory("reprise-");
            Path = System.IO.Path.Combine(_folder.FullName, "firmware.elf");
            File.WriteAllBytes(Path, recording.Header.Firmware.Span);
            Is32BitX86 = recording.Firmware.Machine == FirmwareMachine.I386;
        }
    }

    /// <summary>The file; null when the firmware has no symbols.</summary>
    public string? Path { get; }

    /// <summary>
    /// gdb takes it for i386 code, whatever runs it. 64-bit kernels that a Multiboot loader starts are such files too.
    /// </summary>
    public bool Is32BitX86 { get; }

    public void Dispose() => _folder?.Delete(recursive: true);
}
