using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reprise.Cli.Terminal;

/// <summary>
/// The terminal on stdin while a guest's console is there: each key comes at once, as it is, and the guest alone echoes it
/// (termios(3)). It is as it was when this is disposed.
/// </summary>
internal sealed partial class RawTerminal : IDisposable
{
    private const int Input = 0;
    private const int Now = 0;

    // Of Linux, whatever the processor.
    private const uint BreakIgnored = 0x001;
    private const uint BreakInterrupts = 0x002;
    private const uint ParityMarked = 0x008;
    private const uint EighthBitStripped = 0x020;
    private const uint NewLineTranslated = 0x040;
    private const uint ReturnIgnored = 0x080;
    private const uint ReturnTranslated = 0x100;
    private const uint FlowControlled = 0x400;
    private const uint InputChanges = BreakIgnored | BreakInterrupts | ParityMarked | EighthBitStripped | NewLineTranslated
        | ReturnIgnored | ReturnTranslated | FlowControlled;

    private const uint KeysAreSignals = 0x0001;
    private const uint ByLine = 0x0002;
    private const uint Echo = 0x0008;
    private const uint EchoOfNewLine = 0x0040;
    private const uint Extensions = 0x8000;

    private const int TimeOut = 5;
    private const int LeastBytes = 6;

    private readonly Settings _before;

    private RawTerminal(in Settings before) => _before = before;

    /// <summary>Takes the terminal; null where stdin is none, or nothing that this knows.</summary>
    /// <param name="keysAreSignals">Ctrl-C and its kin are still signals, and not for the guest.</param>
    public static unsafe RawTerminal? TryEnter(bool keysAreSignals)
    {
        if (!OperatingSystem.IsLinux() || Console.IsInputRedirected || tcgetattr(Input, out var before) != 0)
        {
            return null;
        }

        var raw = before;
        raw.InputModes &= ~InputChanges;
        raw.LocalModes &= ~(ByLine | Echo | EchoOfNewLine | Extensions | (keysAreSignals ? 0 : KeysAreSignals));
        raw.Characters[LeastBytes] = 1;
        raw.Characters[TimeOut] = 0;
        return tcsetattr(Input, Now, raw) == 0 ? new RawTerminal(before) : null;
    }

    /// <summary>What is typed, key by key; the runtime's own stream gives lines that it lets the user edit.</summary>
    public Stream OpenInput() => new FileStream(new SafeFileHandle(Input, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    public void Dispose() => _ = tcsetattr(Input, Now, _before);

    [LibraryImport("libc")]
    private static partial int tcgetattr(int file, out Settings settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int file, int when, in Settings settings);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Settings
    {
        public uint InputModes;
        public uint OutputModes;
        public uint ControlModes;
        public uint LocalModes;
        public byte Line;
        public fixed byte Characters[32];
        public uint InputSpeed;
        public uint OutputSpeed;
    }
}
