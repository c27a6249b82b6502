using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

public sealed class TuneTests
{
    /// <summary>The table of blocks is not for x86, where an address can mean several: without this all would be slow.</summary>
    [Test]
    public void Run_OfALoop_TakesTheFastPath()
    {
        using var rig = new X86Rig(code =>
        {
            var loop = code.CreateLabel();
            code.mov(bx, 0x5000);
            code.Label(ref loop);
            code.inc(__word_ptr[bx]);
            code.add(ax, __word_ptr[bx]);
            code.dec(cx);
            code.jnz(loop);
            code.hlt();
        });

        rig.Machine.Run(10_000);

        Assert.That(rig.Machine.Engine.TunedBlocks, Is.GreaterThan(0));
    }
}
