using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Switches between real and protected mode, wherever a run is cut.</summary>
public sealed class ProtectionSwitchTests
{
    private const ulong Protection = 1;
    private const int Count = 0x9000;
    private const int Seen = 0x9010;
    private const int Switch = 0x6800;
    private const int Handler = 0x6000;
    private const int PositionsOfLoop = 400;

    [Test]
    public void Run_CutAnywhere_IsTheSame()
    {
        using var stepped = StartLoop();
        for (var position = 1ul; position <= PositionsOfLoop; position++)
        {
            stepped.Machine.Run(position);
            using var straight = StartLoop();
            straight.Machine.Run(position);
            Assert.That(stepped.State(), Is.EqualTo(straight.State()));
            Assert.That(stepped.Register("cr0"), Is.EqualTo(straight.Register("cr0")));
        }

        Assert.That(stepped.Machine.Memory.BytesFrom(Count)[0], Is.GreaterThan(20));
    }

    [Test]
    public void Run_BeforeTheSwitch_ShowsTheModeBefore()
    {
        using var rig = StartLoop();
        var changes = 0;
        for (var last = Protection & rig.Register("cr0"); rig.Machine.Position < PositionsOfLoop;)
        {
            var isSwitch = rig.Machine.Memory.BytesFrom(rig.Processor.ProgramCounter) is [0x0f, 0x22, 0xc0, ..];
            rig.Machine.Run(rig.Machine.Position + 1);
            var now = Protection & rig.Register("cr0");
            Assert.That(now != last, Is.EqualTo(isSwitch));
            changes += isSwitch ? 1 : 0;
            last = now;
        }

        Assert.That(changes, Is.GreaterThan(40));
    }

    [Test]
    public void BreakpointOfTheGuest_OnTheSwitch_SeesTheModeBefore()
    {
        using var rig = new X86Rig(code =>
        {
            code.mov(sp, 0x7000);
            code.mov(__word_ptr[4], Handler);
            code.mov(__word_ptr[6], 0);
            code.mov(eax, Switch);
            code.mov(dr0, eax);
            code.mov(eax, 1);
            code.mov(dr7, eax);
            code.mov(eax, cr0);
            code.or(eax, 1);
            code.jmp(Switch);
        });
        rig.Put(Switch, code =>
        {
            code.mov(cr0, eax);
            code.mov(ebx, cr0);
            code.hlt();
        });
        rig.Put(Handler, code =>
        {
            code.mov(ecx, cr0);
            code.mov(__dword_ptr[Seen], ecx);
            code.inc(__word_ptr[Count]);
            code.xor(ecx, ecx);
            code.mov(dr7, ecx);
            code.iret();
        });

        rig.Machine.Run(100);

        var seen = BitConverter.ToUInt32(rig.Machine.Memory.BytesFrom(Seen));
        Assert.That(rig.Machine.Memory.BytesFrom(Count)[0], Is.EqualTo(1));
        Assert.That((seen & Protection, rig.Register("ebx") & Protection), Is.EqualTo((0ul, 1ul)));
    }

    private static X86Rig StartLoop() => new(code =>
    {
        var again = code.CreateLabel();
        code.mov(sp, 0x7000);
        code.Label(ref again);
        code.mov(eax, cr0);
        code.xor(eax, 1);
        code.mov(cr0, eax);
        code.push(ax);
        code.inc(__word_ptr[Count]);
        code.pop(dx);
        code.jmp(again);
    });
}
