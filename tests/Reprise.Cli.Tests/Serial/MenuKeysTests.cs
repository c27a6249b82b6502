using System.Text;
using Reprise.Cli.Serial;

namespace Reprise.Cli.Tests.Serial;

/// <summary>Ctrl-A and the key behind it.</summary>
internal sealed class MenuKeysTests
{
    [TestCase("abc", "abc", 0)]
    [TestCase("a\x01\x01b", "a\x01b", 0)]
    [TestCase("a\x01xb", "ab", 1)]
    [TestCase("\x01\x01x", "\x01x", 0)]
    [TestCase("\x01qa", "a", 0)]
    [TestCase("\x01cx", "x", 0)]
    [TestCase("\x01\x01\x01x\x01x", "\x01", 2)]
    public void Take_Keys_LeavesTheGuestsOnes(string given, string expected, int quits)
    {
        foreach (var atOnce in new[] { true, false })
        {
            var count = 0;
            var menu = new MenuKeys(_ => { }, () => count++);
            var keys = Encoding.Latin1.GetBytes(given);
            var left = atOnce
                ? keys[..menu.Take(keys)]
                : [.. keys.SelectMany(key => (byte[])[key] is var one && menu.Take(one) == 1 ? one : [])];
            Assert.That(Encoding.Latin1.GetString(left), Is.EqualTo(expected));
            Assert.That(count, Is.EqualTo(quits));
        }
    }

    [TestCase('h')]
    [TestCase('?')]
    public void Take_Help_IsSaid(char key)
    {
        var said = new StringBuilder();
        var menu = new MenuKeys(text => said.Append(text), Assert.Fail);
        Assert.That(menu.Take([1, (byte)key]), Is.Zero);
        Assert.That(said.ToString(), Does.Contain("Ctrl-A x").And.Contain("Ctrl-A Ctrl-A"));
        Assert.That(said.ToString().Replace("\r\n", ""), Does.Not.Contain("\n"), "a terminal's lines");
    }
}
