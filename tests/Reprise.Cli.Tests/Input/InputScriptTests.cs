using System.Text;
using Reprise.Cli.Input;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Tests.Input;

public sealed class InputScriptTests
{
    [Test]
    public void Parse_TextAndBytes_GivesTheirBytes()
    {
        var script = InputScript.Parse(
            "x", "# first\n\n1_000 uart0 \"a#\\n\\\"\\\\\\x7f\" 0x01 255 # rest\r\n0x400\tbuttons 2");
        Assert.That(script.Lines, Has.Count.EqualTo(2));
        var (text, button) = (script.Lines[0], script.Lines[1]);
        Assert.That((text.Number, text.Position, text.Port), Is.EqualTo((3, 1000ul, "uart0")));
        Assert.That(
            text.Bytes.ToArray(), Is.EqualTo(new byte[] { (byte)'a', (byte)'#', 10, (byte)'"', (byte)'\\', 127, 1, 255 }));
        Assert.That((button.Number, button.Position, button.Port), Is.EqualTo((4, 1024ul, "buttons")));
        Assert.That(button.Bytes.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void Parse_TextBeyondAscii_IsUtf8() =>
        Assert.That(
            InputScript.Parse("x", "0 uart0 \"ä🙂\"").Lines[0].Bytes.ToArray(),
            Is.EqualTo(Encoding.UTF8.GetBytes("ä🙂")));

    [TestCase("x uart0 1", "x:1: expected a position such as 1_000_000, not 'x'.")]
    [TestCase("\n\n5", "x:3: expected the name of an input port behind the position, such as uart0.")]
    [TestCase("5 uart0", "x:1: expected \"text\" or bytes behind the port")]
    [TestCase("5 uart0 \"\"", "x:1: expected \"text\" or bytes behind the port")]
    [TestCase("5 uart0 \"open", "x:1: expected a closing double quote.")]
    [TestCase("5 uart0 \"\\", "x:1: expected one of \\n")]
    [TestCase("5 uart0 \"\\q\"", "x:1: expected one of \\n")]
    [TestCase("5 uart0 \"\\x4\"", "x:1: expected two hexadecimal digits behind \\x.")]
    [TestCase("5 uart0 256", "x:1: expected a byte from 0 to 255, not '256'.")]
    [TestCase("5 uart0 1,2", "x:1: expected \"text\" or a byte from 0 to 255, not '1,2'.")]
    [TestCase("7 uart0 1\n6 uart0 1", "x:2: expected a position of at least 7, that of line 1.")]
    public void Parse_BadLine_NamesFileLineAndWhatWasExpected(string text, string message) =>
        Assert.That(Assert.Throws<CliException>(() => InputScript.Parse("x", text))!.Message, Does.StartWith(message));

    [Test]
    public void Parse_EndlessWord_ShowsItsBeginningOnly() =>
        Assert.That(
            Assert.Throws<CliException>(() => InputScript.Parse("x", new string('\0', 1_000_000)))!.Message,
            Has.Length.LessThan(200));

    [Test]
    public void Parse_AnyText_GivesAScriptOrAMessage() =>
        CsCheck.Check.Sample(
            CsCheck.Gen.OneOf(CsCheck.Gen.String, CsCheck.Gen.String["0 uart\"\\x1#_\n"]),
            text =>
            {
                try
                {
                    Assert.That(InputScript.Parse("x", text).Lines.Select(line => line.Bytes.Length), Is.All.Positive);
                }
                catch (CliException e)
                {
                    Assert.That(e.Message, Does.StartWith("x:"));
                }
            });

    [Test]
    public void Read_MissingFile_SaysSo() =>
        Assert.That(
            Assert.Throws<CliException>(() => InputScript.Read("/there/is/none"))!.Message,
            Does.StartWith("--input: /there/is/none: expected a readable text file"));
}
