using Reprise.Cli.Sessions;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Firmware;
using Reprise.Emulation.Machines;
using Reprise.Unicorn;

namespace Reprise.Cli.Tests.Sessions;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnansweredLogTests
{
    private static readonly AddressRange[] _tags = [new("rcc", 0x5FFF_FFF0, 0x14, default)];

    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Test]
    public void Add_First_NamesAddressPositionAndPlace()
    {
        var log = new UnansweredLog([new FirmwareSymbol("main", 0x100, 0x20, IsFunction: true)], _tags, _output);
        log.Add(new UnansweredAccess(1234, 0x104, 0x6000_0000, MemoryAccess.Write));
        log.Add(new UnansweredAccess(1235, 0x120, 0x6000_0004, MemoryAccess.Read));
        log.Add(new UnansweredAccess(1236, 0x120, 0x2000_0000, MemoryAccess.Write, IsDenied: true));
        log.PrintTotal();
        Assert.That(_output.ToString(), Is.EqualTo(
            "unanswered write to 0x60000000 (rcc+0x10) at position 1,234, pc 0x00000104 (main+0x4)\n"
            + "unanswered read from 0x60000004 at position 1,235, pc 0x00000120\n"
            + "denied write to 0x20000000 at position 1,236, pc 0x00000120\n"));
    }

    [Test]
    public void PrintTotal_Many_CountsThoseThatWereNotNamed()
    {
        var log = new UnansweredLog([], [], _output);
        for (var i = 0ul; i < 1000; i++)
        {
            log.Add(new UnansweredAccess(i, 0, 0, MemoryAccess.Read));
        }

        log.PrintTotal();
        var lines = _output.ToString().TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(6));
        Assert.That(lines[^1], Is.EqualTo("1,000 accesses faulted; the first 5 are named above"));
    }

    [Test]
    public void Add_PastOnceMore_CountsOnce()
    {
        var log = new UnansweredLog([], [], _output);
        log.Add(new UnansweredAccess(7, 0, 0, MemoryAccess.Read));
        log.Add(new UnansweredAccess(7, 0, 0, MemoryAccess.Read));
        Assert.That(_output.ToString().Split("unanswered"), Has.Length.EqualTo(2));
    }
}
