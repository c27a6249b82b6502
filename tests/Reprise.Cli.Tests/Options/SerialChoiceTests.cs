using Reprise.Cli.Options;

namespace Reprise.Cli.Tests.Options;

public sealed class SerialChoiceTests
{
    [TestCase("uart0=stdio", SerialKind.Stdio, "", null)]
    [TestCase("uart0=null,input=in", SerialKind.Null, "", "in")]
    [TestCase("uart0=file:out", SerialKind.File, "out", null)]
    [TestCase("uart0=pty", SerialKind.Pty, "", null)]
    [TestCase("uart0=pipe:a,b", SerialKind.Pipe, "a,b", null)]
    [TestCase("uart0=file:a,b,input=c=d", SerialKind.File, "a,b", "c=d")]
    public void Parse_Choice_IsUnderstood(string text, object kind, string path, string? input)
    {
        var choice = SerialChoice.Parse(text);
        Assert.That(
            (choice.Port, choice.Kind, choice.Path, choice.InputPath),
            Is.EqualTo(("uart0", (SerialKind)kind, path, input)));
    }

    [Test]
    public void Parse_Tcp_HasItsPort() => Assert.That(SerialChoice.Parse("uart1=tcp:77").TcpPort, Is.EqualTo(77));

    [TestCase("")]
    [TestCase("uart0")]
    [TestCase("=stdio")]
    [TestCase("=file:x")]
    [TestCase("uart0=file:")]
    [TestCase("uart0=tcp:70000")]
    [TestCase("uart0=tcp:1,input=x")]
    [TestCase("uart0=pty,input=x")]
    [TestCase("uart0=pipe:")]
    [TestCase("uart0=null,input=")]
    [TestCase("uart0=serial")]
    public void Parse_AnythingElse_IsRefused(string text) =>
        Assert.Throws<FormatException>(() => SerialChoice.Parse(text));
}
