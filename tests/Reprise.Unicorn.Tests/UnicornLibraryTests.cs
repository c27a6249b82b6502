namespace Reprise.Unicorn.Tests;

[TestFixture]
public sealed class UnicornLibraryTests
{
    [Test]
    public void Version_LoadedLibrary_IsNewEnough() =>
        Assert.That(UnicornLibrary.Version, Is.GreaterThanOrEqualTo(UnicornLibrary.NeededVersion));

    [Test]
    public void Advice_OldVersion_NamesFoundNeededAndRemedies()
    {
        var advice = UnicornLibrary.Advice("2.0.1");
        foreach (var expected in new[] { "2.0.1", "2.1.4", "Debian", "Fedora", "macOS", "Windows", "REPRISE_UNICORN" })
        {
            Assert.That(advice, Does.Contain(expected));
        }
    }
}
