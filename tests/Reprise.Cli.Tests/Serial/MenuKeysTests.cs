using System.Text;
using Reprise.Cli.Serial;

namespace Reprise.Cli.Tests.Serial;

/// <summary>Ctrl-A and the key behind it.</summary>
internal sealed class MenuKeysTests
{
    [TestCase("abc", "abc", 0)]
    [TestCase("a\u0001\u0001b", "a\u0001b", 0)]
    [TestCase("a\u0001xb", "ab", 1)]
    [TestCase("\u0001\u0001x", "\u0001x", 0)]
    [TestCase("\u0001qa", "a", 0)]
    [TestCase("\u0001cx", "x", 0)]
    [TestCase("\u0001\u0001\u0001x\u0001x", "\u0001", 2)]
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
