using Reprise.Emulation.Boards;
using Reprise.Emulation.Memory;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;

namespace Reprise.Emulation.Devices.Pc.Vga;

/// <summary>
/// QEMU's standard VGA (docs/specs/standard-vga of QEMU): an IBM VGA with Bochs's registers for larger modes, as a function
/// of the PCI bus. Base address register 0 is the frame buffer, 2 the registers, and there is a ROM for its BIOS.
/// </summary>
public sealed class VgaAdapter : PciFunction, IMovablePorts, IMovableMemory, ITextScreen, ISetUpByFirmware
{
    // Offsets of what it has, wherever it is.
    private const uint Legacy = 0; // ports 3B0h to 3DFh
    private const uint LegacyPorts = 0x30;
    private const uint Vbe = 0x40; // ports 1CEh to 1D1h: the index, and twice the register, at 1CFh and 1D0h
    private const uint Registers = 0x1000;
    private const uint RegistersSize = 0x1000;
    private const uint Rom = 0x1_0000;
    private const uint RomSize = 0x1_0000;
    private const uint Window = 0x2_0000;
    private const uint WindowSize = 0x2_0000;

    private const ulong WindowAddress = 0xA_0000;
    private const int BankSize = 0x1_0000;
    private const uint MissingMemory = 16 << 20; // what the registers say where the board has none
    private const int FrameBuffer = 0;
    private const int RegisterBar = 2;

    private readonly VirtualClock _clock;
    private readonly MemoryMap _map;
    private readonly RamRegion? _memory;
    private readonly ReadOnlyMemory<byte> _rom;
    private readonly MemoryOverlay? _frameBuffer;
    private readonly MemoryOverlay? _window;
    private readonly VgaRegisters _registers = new();
    private readonly VgaMemory _planes;
    private readonly VbeRegisters _vbe;
    private readonly VgaScreen _screen;
    private bool _skipsFirmware;

    private VgaAdapter(string name, VirtualClock clock, MemoryMap map, RamRegion? memory, ReadOnlyMemory<byte> rom)
        : base(name, Describe((uint)(memory?.Size ?? (int)MissingMemory)))
    {
        (_clock, _map, _memory, _rom) = (clock, map, memory, rom);
        _planes = new VgaMemory(map, memory, _registers);
        _vbe = new VbeRegisters(memory?.Size ?? (int)MissingMemory);
        _screen = new VgaScreen(_registers, _vbe, memory);
        if (memory is not null)
        {
            _frameBuffer = map.AddMovableOverlay(memory);
            _window = map.AddOverlay(WindowAddress, BankSize);
        }
    }

    public int Width => _screen.Width;

    public int Height => _screen.Height;

    public string? Text => _screen.Text;

    public void Draw(Span<uint> pixels) => _screen.Draw(pixels);

    public void SkipFirmware() => _skipsFirmware = true;

    public uint? FindPort(ushort port) => port switch
    {
        0x3B4 or 0x3B5 or 0x3BA or (>= 0x3C0 and < 0x3D0) or 0x3D4 or 0x3D5 or 0x3DA => port - 0x3B0u + Legacy,
        >= 0x1CE and < 0x1D2 => port - 0x1CEu + Vbe,
        _ => null,
    };

    public uint? FindMemory(ulong address)
    {
        if (address - WindowAddress < WindowSize)
        {
            return (uint)(address - WindowAddress) + Window;
        }

        return Configuration.MemoryAt(RegisterBar) is { } registers && address - registers < RegistersSize
            ? (uint)(address - registers) + Registers
            : Configuration.RomAt is { } rom && address - rom < RomSize
            ? (uint)(address - rom) + Rom
            : null;
    }

    public override uint Peek(uint offset, int size)
    {
        if (size == 2 && FindVbe(offset) is { } register)
        {
            return register < 0 ? _vbe.Index : _vbe.Read(register);
        }

        var value = 0u;
        for (var i = 0u; i < size; i++)
        {
            value |= (uint)PeekByte(offset + i) << (int)(8 * i);
        }

        return value;
    }

    public override uint Read(uint offset, int size)
    {
        if (offset < Window)
        {
            var answer = Peek(offset, size);
            for (var i = 0u; i < size; i++)
            {
                if (LegacyPort(offset + i) is { } port)
                {
                    _registers.AfterRead(port);
                }
            }

            return answer;
        }

        var value = 0u;
        for (var i = 0u; i < size; i++)
        {
            value |= (uint)_planes.Read(offset + i - Window) << (int)(8 * i);
        }

        return value;
    }

    public override void Write(uint offset, uint value, int size)
    {
        if (size == 2 && FindVbe(offset) is { } register)
        {
            WriteVbe(register, (ushort)value);
            ShowMemory();
            return;
        }

        for (var i = 0u; i < size; i++, value >>= 8)
        {
            if (offset >= Window)
            {
                _planes.Write(offset + i - Window, (byte)value);
            }
            else if (LegacyPort(offset + i) is { } port)
            {
                _registers.Write(port, (byte)value);
            }
        }

        if (offset < Window)
        {
            ShowMemory();
        }
    }

    public override void Reset()
    {
        _registers.Reset();
        _planes.Reset();
        _vbe.Reset();
        if (_skipsFirmware)
        {
            TextModeSetUp.Apply(_registers);
        }

        base.Reset();
    }

    public override void Save(StateWriter writer)
    {
        base.Save(writer);
        _registers.Save(writer);
        _planes.Save(writer);
        _vbe.Save(writer);
    }

    public override void Restore(ref StateReader reader)
    {
        base.Restore(ref reader);
        _registers.Restore(ref reader);
        _planes.Restore(ref reader);
        _vbe.Restore(ref reader);
        ShowMemory();
    }

    internal static VgaAdapter Create(DeviceSite site)
    {
        var memory = site.OptionalMemory("memory");
        if (memory is { } found && (!int.IsPow2(found.Size) || found.Size < 1 << 20 || !found.IsHidden))
        {
            throw site.Options.Error("memory", "a hidden memory of 1 MiB, or twice that, and so on");
        }

        return Attach(site, new VgaAdapter(site.Name, site.Clock, site.Memory, memory, site.Rom(RomSize)), slot: 2, number: 0);
    }

    private protected override void ConfigurationChanged() => ShowMemory();

    private static PciConfiguration Describe(uint memorySize) =>
        new PciConfiguration(0x1111_1234, 0x0300_0002)
            .SetBar(FrameBuffer, memorySize, kind: 8)
            .SetBar(RegisterBar, RegistersSize, kind: 0)
            .SetRom(RomSize);

    // Ports 3B0h to 3DFh, also from 3C0h on behind base address register 2; counted from 3B0h.
    private static uint? LegacyPort(uint offset) => offset switch
    {
        < Legacy + LegacyPorts => offset,
        >= Registers + 0x400 and < Registers + 0x420 => offset - Registers - 0x400 + 0x10,
        _ => null,
    };

    // The VBE register at an offset, where there are words only; -1 for the index.
    private int? FindVbe(uint offset) => offset switch
    {
        Vbe => -1,
        Vbe + 1 or Vbe + 2 => _vbe.Index,
        >= Registers + 0x500 and < Registers + 0x516 when offset % 2 == 0 => (int)(offset - Registers - 0x500) / 2,
        _ => null,
    };

    private byte PeekByte(uint offset) => offset switch
    {
        >= Window => _planes.Peek(offset - Window),
        >= Rom => offset - Rom < _rom.Length ? _rom.Span[(int)(offset - Rom)] : (byte)0,
        _ when LegacyPort(offset) is { } port => _registers.Peek(port, VgaScreen.StatusAt(_clock.Now)),
        Registers + 0x600 => 8, // the size of the last block; then the order of bytes in it
        >= Registers + 0x604 and < Registers + 0x608 => 0x1E,
        < Registers => 0xFF,
        _ => 0,
    };

    private void WriteVbe(int register, ushort value)
    {
        if (register < 0)
        {
            _vbe.Index = value;
            return;
        }

        var begins = _vbe.Write(register, value);
        _registers.Palette.IsWide = _vbe.HasWidePalette;
        if (begins)
        {
            _registers.BeginExtended(withPlanes: _vbe.BitsPerPixel == 4);
            Clear(_vbe.ClearsMemory ? _vbe.Height * _vbe.LineLength : 0);
        }
    }

    private void Clear(int length)
    {
        Span<byte> zeros = stackalloc byte[0x1000];
        zeros.Clear();
        for (var at = 0; _memory is not null && at < length; at += zeros.Length)
        {
            _map.Write(_memory, at, zeros[..Math.Min(zeros.Length, length - at)]);
        }
    }

    // Memory that answers without the device: the frame buffer, and the window while nothing has to be done there.
    private void ShowMemory()
    {
        _planes.Bank = _vbe.BankOffset;
        if (_memory is null)
        {
            return;
        }

        _frameBuffer!.Move(_memory, Configuration.MemoryAt(FrameBuffer));
        if (_planes.IsPlain && _planes.Bank + BankSize <= _memory.Size)
        {
            _window!.Show(_memory, _planes.Bank, isReadOnly: false);
        }
        else
        {
            _window!.Hide();
        }
    }
}

/// <summary>Makes it for board files.</summary>
internal sealed class VgaAdapterFactory : IDeviceFactory
{
    public string Type => "vga";

    public bool IsOnBus => false;

    public string Example =>
        """
        pci: { type: i440fx, ports: { address: 0xCF8, data: 0xCFC } }
        vga: { type: vga, bus: pci }
        """;

    public IDevice Create(DeviceSite site) => VgaAdapter.Create(site);
}
