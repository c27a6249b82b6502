namespace Reprise.Emulation.Tests.Devices.Pc;

/// <summary>
/// A floppy drive without a disk at the controller of the board <c>pc</c>, beside QEMU's, whose time stands still: READ ID, for
/// which it waits a turn of the disk, is left to SeaBIOS.
/// </summary>
public sealed class EmptyFloppyTests() : DriveBesideQemu("fda", "if=floppy,index=0", size: 0)
{
    private const int Fifo = 0x3F5;

    private static readonly (int Results, byte[] Command)[] _commands =
    [
        (0, [0x03, 0xAF, 0x02]),
        (2, [0x08]),
        (1, [0x04, 0]),
        (0, [0x07, 0]),
        (2, [0x08]),
        (0, [0x0F, 0, 9]),
        (2, [0x08]),
        (1, [0x04, 4]),
        (7, [0xE6, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF]),
        (7, [0xE6, 4, 0, 1, 1, 2, 18, 0x1B, 0xFF]),
        (7, [0xE6, 0, 3, 0, 1, 2, 18, 0x1B, 0xFF]),
        (7, [0xC5, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF]),
        (10, [0x0E]),
    ];

    [Test]
    public void Commands_Each_AnswerAsQemu()
    {
        Out(0x3F2, 0);
        Out(0x3F2, 0x1C);
        CompareRegisters("reset");
        for (var i = 0; i < 4; i++)
        {
            Compare(2, [0x08]);
        }

        foreach (var (results, command) in _commands)
        {
            Compare(results, command);
        }
    }

    private void Compare(int results, byte[] command)
    {
        var name = Convert.ToHexString(command);
        foreach (var value in command)
        {
            Out(Fifo, value);
        }

        for (var i = 0; i < 1_000 && results > 0 && (Qemu.Read(0x3F4) & 0xC0) != 0xC0; i++)
        {
        }

        var (ours, theirs) = (new uint[results], new uint[results]);
        for (var i = 0; i < results; i++)
        {
            (ours[i], theirs[i]) = (Ports.Read(Fifo, 1), Qemu.Read(Fifo));
        }

        Assert.That(ours, Is.EqualTo(theirs), name);
        CompareRegisters(name);
    }

    private void CompareRegisters(string what) => ComparePorts([0x3F1, 0x3F2, 0x3F3, 0x3F4, 0x3F7], what);
}
