using Reprise.Emulation.Devices;
using Reprise.Emulation.Devices.Pc;

namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>Typing on the keyboard of a PC, and its mouse.</summary>
public sealed class KeyboardTests
{
    private readonly List<string> _log = [];
    private Ps2Keyboard _keyboard = null!;
    private Ps2Mouse _mouse = null!;
    private I8042 _controller = null!;

    [SetUp]
    public void Start()
    {
        _log.Clear();
        _keyboard = new Ps2Keyboard("keyboard");
        _mouse = new Ps2Mouse("mouse");
        _controller = new I8042(
            "kbc", _keyboard, _mouse, Line("keyboard"), Line("mouse"), Line("a20-mask"), () => _log.Add("reset"));
    }

    [TestCase('a', "1c f0 1c")]
    [TestCase('A', "12 1c f0 1c f0 12")]
    [TestCase('*', "12 3e f0 3e f0 12")]
    [TestCase('\r', "5a f0 5a")]
    [TestCase('\u0003', "14 21 f0 21 f0 14")]
    [TestCase('\u001b', "76 f0 76")]
    [TestCase('\u00bb', "05 f0 05")]
    public void Receive_AByte_TypesIt(char typed, string codes)
    {
        _keyboard.Receive((byte)typed);
        Assert.That(ReadAll(), Is.EqualTo(codes));
    }

    [TestCase('a', "1e 9e")]
    [TestCase('?', "2a 35 b5 aa")]
    public void Receive_WithTranslation_GivesCodesOfTheFirstSet(char typed, string codes)
    {
        _controller.Write(1, 0x60, 1);
        _controller.Write(0, 0x41, 1);
        _keyboard.Receive((byte)typed);
        Assert.That(ReadAll(), Is.EqualTo(codes));
    }

    [Test]
    public void Receive_EveryByteOfASCII_HasAKeyOrNone()
    {
        for (var value = 0; value < 256; value++)
        {
            _keyboard.Receive((byte)value);
            var codes = ReadAll();
            Assert.That(codes.Length > 0 || value is 0 or (>= 0x1C and <= 0x1F) or >= 0x7F, $"{value:x2}");
        }
    }

    [Test]
    public void Read_EachByte_IsAnEdgeOfTheInterrupt()
    {
        _keyboard.Receive((byte)'a');
        ReadAll();
        Assert.That(_log, Is.EqualTo(new[]
        {
            "keyboard=True", "keyboard=False", "keyboard=True", "keyboard=False", "keyboard=True", "keyboard=False",
        }));
    }

    [Test]
    public void Receive_MouseMovement_ComesOnItsOwnLine()
    {
        _controller.Write(1, 0xD4, 1);
        _controller.Write(0, 0xF4, 1);
        Assert.That(ReadAll(), Is.EqualTo("fa"));
        foreach (var value in new byte[] { 1, 5, 0xFE, 0 })
        {
            _mouse.Receive(value);
        }

        Assert.That(_controller.Peek(1, 1) & 0x21, Is.EqualTo(0x21));
        Assert.That(ReadAll(), Is.EqualTo("29 05 fe"));
    }

    [Test]
    public void A20AndReset_GoThroughBothPorts()
    {
        _controller.Write(1, 0xDD, 1);
        _controller.Write(2, 0x02, 1);
        _controller.Write(2, 0x00, 1);
        _controller.Write(1, 0xDF, 1);
        _controller.Write(2, 0x03, 1);
        _controller.Write(1, 0xFE, 1);
        Assert.That(_log, Is.EqualTo(new[]
        {
            "a20-mask=True", "a20-mask=False", "a20-mask=True", "a20-mask=False", "reset", "reset",
        }));
    }

    private InterruptLine Line(string name) => new(0, (_, level) => _log.Add($"{name}={level}"));

    private string ReadAll()
    {
        var codes = new List<string>();
        while ((_controller.Read(1, 1) & 1) != 0)
        {
            codes.Add(_controller.Read(0, 1).ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return string.Join(' ', codes);
    }
}
