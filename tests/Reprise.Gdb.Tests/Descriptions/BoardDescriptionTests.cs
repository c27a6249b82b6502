using Reprise.Emulation.Boards;
using Reprise.Emulation.Devices;
using Reprise.Gdb.Descriptions;

namespace Reprise.Gdb.Tests.Descriptions;

/// <summary>gdb can be told about the CPU of every board.</summary>
internal sealed class BoardDescriptionTests
{
    private static IEnumerable<string> Boards => BoardCatalog.All.Select(board => board.Name);

    [TestCaseSource(nameof(Boards))]
    public void Description_OfEveryBoard_HasItsRegisters(string board)
    {
        var parts = BoardCatalog.Find(board)!.Build(new BoardOptions(8), new Silence());
        try
        {
            var registers = parts.Processor.Registers.ToDictionary(register => register.Name, register => register.Bits);
            var described = DescriptionCatalog.Of(parts.Processor.Name).Registers;
            Assert.That(described.Select(register => register.Name), Is.EquivalentTo(registers.Keys));
            Assert.That(described.All(register => register.BitSize >= registers[register.Name]));
        }
        finally
        {
            foreach (var region in parts.Memory.Regions)
            {
                region.Dispose();
            }

            parts.Unicorn.Dispose();
        }
    }

    private sealed class Silence : IOutputSink
    {
        public void Write(string port, byte value)
        {
        }
    }
}
