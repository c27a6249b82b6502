using Reprise.EndToEnd.Tests.Tools;

namespace Reprise.EndToEnd.Tests.Protocol;

/// <summary>Runs each test on a live run and on a finished recording of the same firmware.</summary>
[TestFixture(true)]
[TestFixture(false)]
internal abstract class ProtocolFixture(bool live)
{
    protected const string Sample = "overrun";
    private const ulong Length = 3_000_000;

    private TempFolder? _folder;

    protected bool IsLive => live;

    [OneTimeSetUp]
    public void MakeFolder() => _folder = new TempFolder();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder?.Dispose();

    protected Served Serve() =>
        live ? Served.Live(Sample) : Served.Replay(Sample, _folder!.File("protocol.reprise"), Length);
}
