using System.Text;
using CsCheck;
using Reprise.Emulation.Boards;
using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Svd;
using Reprise.Emulation.Tests.Machines;
using static Reprise.Emulation.Tests.Boards.SvdTests;

namespace Reprise.Emulation.Tests.Boards;

/// <summary>SVD files come from anywhere: whatever they say, it is registers or one clear error, and soon.</summary>
[CancelAfter(60_000)]
public sealed class HostileSvdTests
{
    private static readonly string[] _pieces =
    [
        "<", ">", "/>", "</", "\"", "&amp;", "&x;", "<!DOCTYPE a>", "<!--", "-->", "<![CDATA[", "<?x ?>", "0", "-1", "0x", "%s",
        "99999999999999999999", "0xFFFFFFFF", "#1x", "<dim>", "</dim>", "<dim>9</dim>", "<dimIncrement>4</dimIncrement>",
        " derivedFrom=\"A\"", " derivedFrom=\"A.R\"", "<registers/>", "<name/>", "\0", "\ud800", "\u2028",
        "<cluster>", "</cluster>", "<size>64</size>", "<size>9</size>", "<access>read-only</access>",
    ];

    [TestCase("", ":1:1: expected XML (Root element is missing.)")]
    [TestCase("text", ":1:1: expected XML (")]
    [TestCase("<device>\n <name>", ":2:8: expected XML (")]
    [TestCase("<svd/>", ":1:2: expected <device>, found <svd>")]
    [TestCase("<device/>", ":1:2: expected <peripherals> in <device>, found <device>")]
    [TestCase("<device/><device/>", ":1:11: expected XML (There are multiple root elements")]
    [TestCase("<!DOCTYPE d [<!ENTITY a 'b'>]><device>&a;</device>", ":1:1: expected XML (For security reasons DTD is prohibited")]
    [TestCase("<device>&a;</device>", ":1:10: expected XML (Reference to undeclared entity 'a'")]
    [TestCase(
        "<device><peripherals>\n<peripheral/></peripherals></device>", ":2:2: expected <name> in <peripheral>")]
    [TestCase(
        "<device><peripherals>\n<peripheral><name>A</name></peripheral></peripherals></device>",
        ":2:2: expected <baseAddress> in <peripheral>, found <peripheral>")]
    [TestCase(
        "<device><size>65</size><peripherals/></device>", ":1:10: expected a size of 1 to 64 bits, found '65'")]
    [TestCase("<device><size>x</size><peripherals/></device>", ":1:10: expected a number in <size>, found 'x'")]
    [TestCase(
        "<device><access>any</access><peripherals/></device>", ":1:10: expected read-only, read-write, read-writeOnce, wr")]
    public void Read_NoSvd_SaysWhere(string text, string message) => Assert.That(
        () => SvdDevice.Read("d.svd", text), Throws.TypeOf<BoardFileException>().With.Message.StartsWith("d.svd" + message));

    [TestCase("<peripheral derivedFrom='B'><name>A</name><baseAddress>0</baseAddress></peripheral>", "'B' to derive from")]
    [TestCase(
        "<peripheral derivedFrom='A'><name>A</name><baseAddress>0</baseAddress></peripheral>", "derivations of each other")]
    [TestCase("<peripheral><name>A</name><baseAddress>0x100000000</baseAddress></peripheral>", "below 4 GiB")]
    [TestCase(
        "<peripheral><name>A</name><baseAddress>0</baseAddress><dim>4</dim><dimIncrement>4</dimIncrement></peripheral>",
        "%s in the name")]
    [TestCase(
        "<peripheral><name>A%s</name><baseAddress>0</baseAddress><dim>3</dim><dimIncrement>4</dimIncrement>"
        + "<dimIndex>a,b</dimIndex></peripheral>",
        "expected 3 indices, found 'a,b'")]
    public void Read_ContradictoryPeripheral_IsRefused(string peripheral, string message) => Assert.That(
        () => SvdDevice.Read("d.svd", Device(peripheral)),
        Throws.TypeOf<BoardFileException>().With.Message.Contains(message));

    [Test]
    public void Read_DimInDim_IsRefusedByItsCount()
    {
        var inner = Register("R%s", 0, Dim(100));
        for (var i = 0; i < 5; i++)
        {
            inner = $"<cluster><name>C%s</name><addressOffset>0</addressOffset>{Dim(100)}{inner}</cluster>";
        }

        Refuse(Peripheral("A", "0", inner), "at most 100000 registers");
    }

    [Test]
    public void Read_ManyDerivedFromALargeOne_IsRefusedByItsWork()
    {
        var junk = string.Concat(Enumerable.Repeat("<x/>", 20_000));
        var derived = string.Concat(Enumerable.Range(0, 2_000).Select(
            i => $"<peripheral derivedFrom='A'><name>B{i}</name><baseAddress>0</baseAddress></peripheral>"));
        Refuse(Peripheral("A", "0", junk) + derived, "a file that says less");
    }

    [Test]
    public void Read_ManyIndices_IsRefused() =>
        Refuse(Peripheral("A", "0", Register("R%s", 0, Dim(1_000_000_000))), "<dim> of at most 100000");

    [TestCase("<a>")]
    [TestCase("<fields>")]
    public void Read_DeepNesting_IsRefused(string level) => Assert.That(
        () => SvdDevice.Read("d.svd", "<device>" + string.Concat(Enumerable.Repeat(level, 200_000))),
        Throws.TypeOf<BoardFileException>());

    [Test]
    public void Read_LongerThanAllowed_IsRefused() => Assert.That(
        () => SvdDevice.Read("d.svd", new string(' ', (1 << 24) + 1)),
        Throws.TypeOf<BoardFileException>().With.Message.Contains("16777216 characters"));

    [Test]
    public void Board_WithManyRegistersAtOnePlace_IsBuilt()
    {
        var registers = string.Concat(Enumerable.Range(0, 40_000).Select(i => Register($"R{i}", i % 1020)));
        using var machine = new Emulation.Machines.Machine(Build(Device(Peripheral("A", "0x40000000", registers)))
            .Build(new BoardOptions(8), new TextOutput()));
        Assert.That(machine.Devices.Count(device => device.Device.Name == "A"), Is.EqualTo(1));
    }

    [Test]
    public void Read_MutatedSvd_IsABoardOrAnError()
    {
        var text = Device(
            Peripheral("A", "0x40000000", Register("R", 0, "<size>8</size>") + Register("S%s", 4, Dim(3)))
            + "<peripheral derivedFrom=\"A\"><name>B</name><baseAddress>0x40000800</baseAddress></peripheral>");
        var edit = Gen.Select(Gen.Int[0, 1 << 20], Gen.Int[0, 30], Gen.Int[0, _pieces.Length - 1].Select(i => _pieces[i]));
        edit.List[1, 6].Sample(
            edits =>
            {
                var mutated = new StringBuilder(text);
                foreach (var (place, length, piece) in edits)
                {
                    var start = place % (mutated.Length + 1);
                    mutated.Remove(start, Math.Min(length, mutated.Length - start)).Insert(start, piece);
                }

                try
                {
                    Build(mutated.ToString());
                }
                catch (BoardFileException)
                {
                    // One clear error.
                }

                return true;
            },
            iter: 5_000);
    }

    private static string Dim(int count) => $"<dim>{count}</dim><dimIncrement>4</dimIncrement>";

    private static Board Build(string svd) => new TextBoards(
        ("b.yaml", TextBoards.Small + "svd: small.svd\n"), ("small.svd", svd)).Board();

    private static void Refuse(string peripherals, string message) => Assert.That(
        () => SvdDevice.Read("d.svd", Device(peripherals)),
        Throws.TypeOf<BoardFileException>().With.Message.Contains(message));
}
