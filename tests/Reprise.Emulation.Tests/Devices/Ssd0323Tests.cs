using Reprise.Emulation.Devices.Screens;

namespace Reprise.Emulation.Tests.Devices;

public sealed class Ssd0323Tests
{
    private readonly Ssd0323 _oled = new("oled");

    [Test]
    public void Draw_PairsOfPixels_LeftOneInTheHighHalf()
    {
        Send(data: false, 0x15, 0, 63, 0x75, 2, 3);
        Send(data: true, 0x1F, 0x80);
        Assert.That(Pixel(0, 2), Is.EqualTo(0x11_1111));
        Assert.That(Pixel(1, 2), Is.EqualTo(0xFF_FFFF));
        Assert.That(Pixel(2, 2), Is.EqualTo(0x88_8888));
        Assert.That(Pixel(3, 2), Is.Zero);
    }

    [TestCase(0, new[] { 1u, 2u, 3u, 4u }, TestName = "Window_RowByRow_GoesRound")]
    [TestCase(4, new[] { 1u, 3u, 2u, 4u }, TestName = "Window_ColumnByColumn_GoesRound")]
    public void Window_GoesRound(int remap, uint[] expected)
    {
        Send(data: false, 0xA0, (byte)remap, 0x15, 5, 6, 0x75, 7, 8);
        Send(data: true, 0xF0, 0x20, 0x30, 0x40, 0x10);
        uint[] seen = [Pixel(10, 7), Pixel(12, 7), Pixel(10, 8), Pixel(12, 8)];
        Assert.That(seen.Select(pixel => pixel & 0xF), Is.EqualTo(expected));
    }

    [Test]
    public void Command_WithArguments_TakesThemWholeAndNoMore()
    {
        // The grey scale table's arguments are no commands; 0xFF between commands is none.
        Send(data: false, 0xB8, 0x15, 0x75, 0x15, 0x75, 0x15, 0x75, 0x15, 0x75, 0xFF, 0x75, 10, 20, 0xE3, 0x15, 3, 9);
        Send(data: true, 0x70);
        Assert.That(Pixel(6, 10), Is.EqualTo(0x77_7777));
    }

    [Test]
    public void Select_Low_DeselectsUntilReset()
    {
        _oled.FindInput("select")!(false);
        Assert.That(_oled.IsSelected, Is.False);
        _oled.Reset();
        Assert.That(_oled.IsSelected, Is.True);
    }

    private void Send(bool data, params byte[] bytes)
    {
        _oled.FindInput("data")!(data);
        foreach (var value in bytes)
        {
            _oled.Exchange(value);
        }
    }

    private uint Pixel(int x, int y)
    {
        var pixels = new uint[_oled.Width * _oled.Height];
        _oled.Draw(pixels);
        return pixels[(y * _oled.Width) + x];
    }
}
