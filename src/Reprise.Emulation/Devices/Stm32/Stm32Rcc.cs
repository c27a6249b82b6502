using Reprise.Emulation.Boards;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Stm32;

/// <summary>
/// Reset and clock control of the STM32F1, F2 and F4, which QEMU does not have: an oscillator is ready as soon as it is
/// on, and the system clock is the one that was asked for as soon as that is ready, so that start-up code gets through.
/// No clock changes by it: the board's run at the rates that its file gives them. Resets of devices do nothing.
/// </summary>
public sealed class Stm32Rcc : ByteLaneDevice
{
    private const uint Control = 0x00;

    private const uint SwitchMask = 3;
    private const int StatusShift = 2;

    private const uint OscillatorOn = 1;
    private const uint OscillatorReady = 2;
    private const uint BackupReset = 1 << 16;
    private const uint RemoveFlags = 1 << 24;
    private const uint ResetFlags = 0xFE00_0000;

    // CIR: flags, enables above them, what clears them above those.
    private const int EnableShift = 8;
    private const int ClearShift = 16;
    private const uint FlagMask = 0xFF;
    private const uint EnableMask = 0x7F00;

    private readonly InterruptLine _interrupt;
    private readonly RccLayout _layout;
    private readonly uint[] _words;

    /// <param name="name">Name on the board.</param>
    /// <param name="interrupt">Of an oscillator that gets ready.</param>
    /// <param name="layout">Its family's registers.</param>
    public Stm32Rcc(string name, InterruptLine interrupt, RccLayout layout)
        : base(name)
    {
        (_interrupt, _layout) = (interrupt, layout);
        _words = new uint[layout.Size / 4];
        Reset();
    }

    private ref uint Interrupts => ref _words[(_layout.Configuration / 4) + 1];

    private ref uint Backup => ref _words[_layout.Backup / 4];

    private ref uint Status => ref _words[(_layout.Backup / 4) + 1];

    private bool Level => (Interrupts & (Interrupts >> EnableShift) & FlagMask) != 0;

    public override void Reset()
    {
        Array.Clear(_words);
        foreach (var (offset, value) in _layout.PowerOn)
        {
            _words[offset / 4] = value;
        }

        Settle();
        Interrupts = 0;
        _interrupt.Level = false;
    }

    public override void Save(StateWriter writer)
    {
        foreach (var word in _words)
        {
            writer.Write(word);
        }
    }

    public override void Restore(ref StateReader reader)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] = reader.ReadUInt32();
        }

        _interrupt.Restore(Level);
    }

    protected override uint PeekRegister(uint offset) => offset < _layout.Size ? _words[offset / 4] : 0;

    protected override void WriteRegister(uint offset, uint value)
    {
        if (offset >= _layout.Size)
        {
            return;
        }

        if (offset == Control)
        {
            _words[0] = (value & ~(_layout.Oscillators << 1)) | (_words[0] & (_layout.Oscillators << 1));
        }
        else if (offset == _layout.Configuration)
        {
            const uint status = SwitchMask << StatusShift;
            _words[offset / 4] = (value & ~status) | (_words[offset / 4] & status);
        }
        else if (offset == _layout.Configuration + 4)
        {
            Interrupts = (value & EnableMask) | (Interrupts & FlagMask & ~(value >> ClearShift));
        }
        else if (offset == _layout.Backup)
        {
            Backup = (value & BackupReset) != 0
                ? BackupReset
                : (value & ~OscillatorReady) | (Backup & OscillatorReady);
        }
        else if (offset == _layout.Backup + 4)
        {
            Status = (value & OscillatorOn)
                | (Status & (OscillatorReady | ((value & RemoveFlags) != 0 ? 0 : ResetFlags)));
        }
        else
        {
            _words[offset / 4] = value;
        }

        Settle();
        _interrupt.Level = Level;
    }

    /// <summary>Lets ready bits follow enable bits, and the system clock its switch.</summary>
    private void Settle()
    {
        ref var configuration = ref _words[_layout.Configuration / 4];

        // The clock that runs the system can't be turned off.
        _words[0] |= EnableOf((configuration >> StatusShift) & SwitchMask);
        var wasReady = _words[0];
        _words[0] = (_words[0] & ~(_layout.Oscillators << 1)) | ((_words[0] & _layout.Oscillators) << 1);
        var isReady = EnableOf(configuration & SwitchMask) is > 0 and var enable && (_words[0] & (enable << 1)) != 0;
        if (isReady)
        {
            const uint status = SwitchMask << StatusShift;
            configuration = (configuration & ~status) | ((configuration & SwitchMask) << StatusShift);
        }

        // The flags of CIR: LSI, LSE, then CR's in the order of their bits.
        var gotReady = _words[0] & ~wasReady;
        Note(0, SetReady(ref Status));
        Note(1, SetReady(ref Backup));
        Note(2, (gotReady & (1u << 1)) != 0);
        Note(3, (gotReady & (1u << 17)) != 0);
        Note(4, (gotReady & (1u << 25)) != 0);
        Note(5, (gotReady & (1u << 27)) != 0);
    }

    private static bool SetReady(ref uint register)
    {
        var before = register;
        register = (register & OscillatorOn) != 0 ? register | OscillatorReady : register & ~OscillatorReady;
        return (register & ~before & OscillatorReady) != 0;
    }

    private void Note(int flag, bool gotReady)
    {
        if (gotReady && (Interrupts & (1u << (flag + EnableShift))) != 0)
        {
            Interrupts |= 1u << flag;
        }
    }

    /// <summary>The enable bit of a source that CFGR names: HSI, HSE, PLL; none for the reserved one.</summary>
    private static uint EnableOf(uint source) => source switch
    {
        0 => 1u << 0,
        1 => 1u << 16,
        2 => 1u << 24,
        _ => 0,
    };
}

/// <summary>Makes it for board files.</summary>
internal sealed class Stm32RccFactory : IDeviceFactory
{
    public string Type => "stm32-rcc";

    public uint Size => 0x400;

    public string Example => "rcc: { type: stm32-rcc, address: 0x4000_0000, family: f4, irq: 0 }";

    public IDevice Create(DeviceSite site) => new Stm32Rcc(
        site.Name, site.Line(), site.Options.OneOf("family", RccLayout.Families));
}
