using System.Numerics;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Devices.Pc;

/// <summary>
/// One 8259A (Intel 231468, "8259A programmable interrupt controller") with the ELCR of a PIIX (290550, 4D0h): eight
/// inputs, of which the one with the highest priority that is neither masked nor below one in service asks for service.
/// As on QEMU, a request that was seen on an edge stays when its line falls.
/// </summary>
/// <param name="levelInputs">Inputs whose ELCR bit can be set.</param>
/// <param name="cascades">Inputs that a slave drives.</param>
internal sealed class Pic8259Chip(byte levelInputs, byte cascades)
{
    private byte _lines;
    private byte _requests;
    private byte _inService;
    private byte _mask;
    private byte _lowest = 7;
    private byte _vectorBase;
    private byte _expectedWord;
    private bool _readInService;
    private bool _poll;
    private bool _specialMask;
    private bool _automaticEnd;
    private bool _rotateOnAutomaticEnd;
    private bool _fullyNested;
    private bool _fourthWord;
    private bool _single;
    private bool _levelTriggered;

    /// <summary>The edge/level control register: inputs that are level-triggered.</summary>
    public byte LevelControl { get; private set; }

    /// <summary>The vector of input 0.</summary>
    public byte VectorBase => _vectorBase;

    /// <summary>The input that asks for service, or null.</summary>
    public int? Request
    {
        get
        {
            var asking = Priority(_requests & ~_mask);
            var serviced = _inService & ~(_specialMask ? _mask : 0) & ~(_fullyNested ? cascades : 0);
            return asking < Priority(serviced) ? InputAt(asking) : null;
        }
    }

    public void SetLine(int input, bool level)
    {
        var bit = (byte)(1 << input);
        if (!level)
        {
            _lines &= (byte)~bit;
            _requests &= (byte)~(IsLevel(bit) ? bit : 0);
        }
        else
        {
            _requests |= IsLevel(bit) || (_lines & bit) == 0 ? bit : (byte)0;
            _lines |= bit;
        }
    }

    /// <summary>The processor takes an input's request.</summary>
    public void Acknowledge(int input)
    {
        var bit = (byte)(1 << input);
        if (!_automaticEnd)
        {
            _inService |= bit;
        }
        else if (_rotateOnAutomaticEnd)
        {
            _lowest = (byte)input;
        }

        _requests &= (byte)~(IsLevel(bit) ? 0 : bit);
    }

    /// <summary>What the command port (0) or the data port (1) reads as.</summary>
    public byte Peek(uint port) =>
        _poll ? (byte)(Request is { } input ? 0x80 | input : 0)
        : port != 0 ? _mask
        : _readInService ? _inService : _requests;

    /// <summary>A read in poll mode acknowledges.</summary>
    public void AfterRead()
    {
        if (_poll)
        {
            _poll = false;
            if (Request is { } input)
            {
                Acknowledge(input);
            }
        }
    }

    public void WriteLevelControl(byte value) => LevelControl = (byte)(value & levelInputs);

    public void WriteCommand(byte value)
    {
        if ((value & 0x10) != 0)
        {
            Initialize();
            (_fourthWord, _single, _levelTriggered) = ((value & 1) != 0, (value & 2) != 0, (value & 8) != 0);
            _expectedWord = 2;
        }
        else if ((value & 0x08) != 0)
        {
            _poll |= (value & 4) != 0;
            _readInService = (value & 2) != 0 ? (value & 1) != 0 : _readInService;
            _specialMask = (value & 0x40) != 0 ? (value & 0x20) != 0 : _specialMask;
        }
        else
        {
            EndOrRotate(value >> 5, value & 7);
        }
    }

    public void WriteData(byte value)
    {
        switch (_expectedWord)
        {
            case 2:
                _vectorBase = (byte)(value & 0xF8);
                _expectedWord = (byte)(!_single ? 3 : _fourthWord ? 4 : 0);
                break;
            case 3:
                _expectedWord = (byte)(_fourthWord ? 4 : 0);
                break;
            case 4:
                _fullyNested = (value & 0x10) != 0;
                _automaticEnd = (value & 2) != 0;
                _expectedWord = 0;
                break;
            default:
                _mask = value;
                break;
        }
    }

    public void Reset()
    {
        _lines = LevelControl = 0;
        _levelTriggered = false;
        Initialize();
    }

    public void Save(StateWriter writer)
    {
        writer.Write([
            _lines, _requests, _inService, _mask, _lowest, _vectorBase, _expectedWord, LevelControl,
        ]);
        foreach (var flag in (ReadOnlySpan<bool>)[
            _readInService, _poll, _specialMask, _automaticEnd, _rotateOnAutomaticEnd, _fullyNested, _fourthWord,
            _single, _levelTriggered])
        {
            writer.Write(flag);
        }
    }

    public void Restore(ref StateReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length != 8)
        {
            throw new InvalidDataException($"state of an 8259: {bytes.Length} bytes, expected 8");
        }

        (_lines, _requests, _inService, _mask) = (bytes[0], bytes[1], bytes[2], bytes[3]);
        (_lowest, _vectorBase, _expectedWord, LevelControl) = ((byte)(bytes[4] & 7), bytes[5], bytes[6], bytes[7]);
        _readInService = reader.ReadBoolean();
        _poll = reader.ReadBoolean();
        _specialMask = reader.ReadBoolean();
        _automaticEnd = reader.ReadBoolean();
        _rotateOnAutomaticEnd = reader.ReadBoolean();
        _fullyNested = reader.ReadBoolean();
        _fourthWord = reader.ReadBoolean();
        _single = reader.ReadBoolean();
        _levelTriggered = reader.ReadBoolean();
    }

    // ICW1: an edge that was seen before is forgotten.
    private void Initialize()
    {
        _requests &= (byte)(LevelControl & _lines);
        (_inService, _mask, _lowest, _vectorBase, _expectedWord) = (0, 0, 7, 0, 0);
        _readInService = _poll = _specialMask = _automaticEnd = false;
        _rotateOnAutomaticEnd = _fullyNested = _fourthWord = _single = false;
    }

    // OCW2: bit 0 of the command ends an interrupt, bit 1 names it, bit 2 makes it the lowest.
    private void EndOrRotate(int command, int input)
    {
        switch (command)
        {
            case 0 or 4:
                _rotateOnAutomaticEnd = command == 4;
                return;
            case 2:
                return;
            case 1 or 5:
                var highest = Priority(_inService);
                if (highest == 8)
                {
                    return;
                }

                input = InputAt(highest);
                break;
        }

        if ((command & 1) != 0)
        {
            _inService &= (byte)~(1 << input);
        }

        if ((command & 4) != 0)
        {
            _lowest = (byte)input;
        }
    }

    private bool IsLevel(byte bit) => _levelTriggered || (LevelControl & bit) != 0;

    private int InputAt(int priority) => (priority + _lowest + 1) & 7;

    // 0 is the highest; 8 when no input is in the set.
    private int Priority(int inputs)
    {
        var turned = ((((byte)inputs << 8) | (byte)inputs) >> (_lowest + 1)) & 0xFF;
        return turned == 0 ? 8 : BitOperations.TrailingZeroCount(turned);
    }
}
