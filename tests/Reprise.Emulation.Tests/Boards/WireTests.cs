using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Wiring;
using Reprise.Emulation.Devices;
using Reprise.Emulation.State;

namespace Reprise.Emulation.Tests.Boards;

/// <summary>Wires from a device's output to what is at their other ends.</summary>
public sealed class WireTests
{
    [Test]
    public void Line_ToADevicesInput_ChangesItsLevel()
    {
        var (wires, panel) = (new WireBoard(new UnusedInputs(4)), new Panel());
        var line = wires.Connect([Target("panel.select"), Target("panel.data")]);
        line.Level = true;
        Assert.That(panel.Log, Is.Empty, "the board is not whole yet");
        line.Restore(false);
        wires.Join(new Dictionary<string, IDevice> { ["panel"] = panel });
        line.Level = true;
        line.Level = true;
        line.Level = false;
        Assert.That(panel.Log, Is.EqualTo(new[] { "select 1", "data 1", "select 0", "data 0" }));
    }

    [Test]
    public void Lines_ThatEndAtOneInput_AreOredAndNeedNoStateOfTheirOwn()
    {
        var (wires, panel) = (new WireBoard(new UnusedInputs(4)), new Panel());
        var (first, second) = (wires.Connect([Target("panel.data")]), wires.Connect([Target("panel.data")]));
        wires.Join(new Dictionary<string, IDevice> { ["panel"] = panel });
        first.Level = true;
        second.Level = true;
        first.Level = false;
        Assert.That(panel.Log, Is.EqualTo(new[] { "data 1" }));
        first.Restore(true);
        second.Restore(false);
        first.Level = false;
        Assert.That(panel.Log, Is.EqualTo(new[] { "data 1", "data 0" }));
    }

    [Test]
    public void Join_InputThatIsNotThere_IsRefused()
    {
        var wires = new WireBoard(new UnusedInputs(4));
        wires.Connect([Target("panel.nothing")]);
        Assert.That(
            () => wires.Join(new Dictionary<string, IDevice> { ["panel"] = new Panel() }),
            Throws.TypeOf<BoardFileException>().With.Message.Contains("b.yaml:3:7: expected an input that 'panel' has"));
    }

    private static WireTarget Target(string text) =>
        WireTarget.Read(new BoardText(new FilePlace("b.yaml", 3, 7), text, IsQuoted: false));

    private sealed class Panel : IDevice, IWireInputs
    {
        public List<string> Log { get; } = [];

        public string Name => "panel";

        public Action<bool>? FindInput(string name) =>
            name is "select" or "data" ? level => Log.Add($"{name} {(level ? 1 : 0)}") : null;

        public uint Read(uint offset, int size) => 0;

        public void Write(uint offset, uint value, int size)
        {
        }

        public uint Peek(uint offset, int size) => 0;

        public void Reset()
        {
        }

        public void Save(StateWriter writer)
        {
        }

        public void Restore(ref StateReader reader)
        {
        }
    }
}
