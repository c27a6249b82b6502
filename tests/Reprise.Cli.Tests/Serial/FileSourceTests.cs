using Reprise.Cli.Serial;
using Reprise.Cli.Terminal;

namespace Reprise.Cli.Tests.Serial;

public sealed class FileSourceTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(10_000)]
    public void TryTake_ToTheEnd_GivesEveryByteOnce(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            using var source = new FileSource(path);
            Assert.That(source.CanDeliver, Is.EqualTo(length > 0));
            var read = new List<byte>();
            while (source.TryTake(out var value))
            {
                read.Add(value);
            }

            Assert.That(read, Is.EqualTo(bytes));
            Assert.That(source.CanDeliver, Is.False);
            Assert.That(source.TryTake(out _), Is.False);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void Constructor_Folder_IsRefused() => Assert.Throws<CliException>(() => new FileSource(Path.GetTempPath()));
}
