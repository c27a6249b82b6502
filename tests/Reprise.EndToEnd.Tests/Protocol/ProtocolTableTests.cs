using System.Reflection;
using System.Text.RegularExpressions;
using Reprise.EndToEnd.Tests.Tools;
using Reprise.Gdb.Travel;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>The page on the protocol names every packet that is served, and tests that are there.</summary>
internal sealed partial class ProtocolTableTests
{
    private static string Page => File.ReadAllText(Path.Combine(Sample.Repository, "docs", "protocol.md"));

    [Test]
    public void Page_NamesEveryPacketThatIsServed()
    {
        var named = Quoted().Matches(Page).Select(match => match.Groups[1].Value).ToHashSet();
        var served = typeof(TravelerTarget).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, BaseType.Name: "PacketHandler" })
            .Select(type => (string)type.GetProperty("Name")!.GetValue(Activator.CreateInstance(type))!).ToList();
        Assert.That(served, Has.Count.GreaterThan(50));
        Assert.That(served.Where(name => !named.Contains(name)), Is.Empty);
    }

    [Test]
    public void Page_NamesTestsThatAreThere()
    {
        var tests = Assembly.GetExecutingAssembly().GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}")).ToHashSet();
        var named = Quoted().Matches(Page).Select(match => match.Groups[1].Value)
            .Where(text => text.Contains("Tests.", StringComparison.Ordinal)).ToList();
        Assert.That(named, Has.Count.GreaterThan(40));
        Assert.That(named.Where(name => !tests.Contains(name)), Is.Empty);
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
