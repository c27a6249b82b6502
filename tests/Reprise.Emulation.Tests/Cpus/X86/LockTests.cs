namespace Reprise.Emulation.Tests.Cpus.X86;

/// <summary>Which instructions may have LOCK (SDM volume 2, LOCK).</summary>
public sealed class LockTests
{
    private const ulong At = ProtectedRig.Main + 0x100;

    [TestCase("89C8")] // mov eax, ecx
    [TestCase("8906")] // mov [esi], eax
    [TestCase("0106", true)] // add [esi], eax
    [TestCase("01C8")] // add eax, ecx
    [TestCase("0306")] // add eax, [esi]
    [TestCase("83C001")] // add eax, 1
    [TestCase("830601", true)] // add [esi], 1
    [TestCase("3906")] // cmp [esi], eax
    [TestCase("833E01")] // cmp [esi], 1
    [TestCase("8506")] // test [esi], eax
    [TestCase("FF06", true)] // inc [esi]
    [TestCase("FFC0")] // inc eax
    [TestCase("40")] // inc eax
    [TestCase("FF36")] // push [esi]
    [TestCase("F71E", true)] // neg [esi]
    [TestCase("F7D8")] // neg eax
    [TestCase("F716", true)] // not [esi]
    [TestCase("F726")] // mul [esi]
    [TestCase("8706", true)] // xchg [esi], eax
    [TestCase("87C8")] // xchg eax, ecx
    [TestCase("91")] // xchg eax, ecx
    [TestCase("0FA306")] // bt [esi], eax
    [TestCase("0FAB06", true)] // bts [esi], eax
    [TestCase("0FABC8")] // bts eax, ecx
    [TestCase("0FA3C8")] // bt eax, ecx
    [TestCase("0FB3C8")] // btr eax, ecx
    [TestCase("0FBBC8")] // btc eax, ecx
    [TestCase("0FBAE801")] // bts eax, 1
    [TestCase("66F00FABC8")] // bts ax, cx
    [TestCase("0FBA3601", true)] // btr [esi], 1
    [TestCase("0FBA2601")] // bt [esi], 1
    [TestCase("0FB10E", true)] // cmpxchg [esi], ecx
    [TestCase("0FB1C8")] // cmpxchg eax, ecx
    [TestCase("0FC70E", true)] // cmpxchg8b [esi]
    [TestCase("0FC706")] // 0F C7 /0
    [TestCase("0FC106", true)] // xadd [esi], eax
    [TestCase("0FC1C8")] // xadd eax, ecx
    [TestCase("D326")] // shl [esi], cl
    [TestCase("90")] // nop
    [TestCase("A4")] // movsb
    [TestCase("F4")] // hlt
    [TestCase("EC")] // in al, dx
    [TestCase("0F58C1")] // addps xmm0, xmm1
    [TestCase("D8C1")] // fadd
    [TestCase("E800000000")] // call
    public void Lock_OfWhatCantHaveIt_IsAnInvalidOpcode(string bytes, bool mayHaveIt = false)
    {
        using var rig = ProtectedRig.Start(
            code =>
            {
                code.mov(Iced.Intel.AssemblerRegisters.esi, 0x4_0000);
                code.mov(Iced.Intel.AssemblerRegisters.edi, 0x4_0100);
                code.jmp(At);
            },
            ((uint)At, code =>
            {
                code.db([0xf0, .. Convert.FromHexString(bytes)]);
                code.hlt();
            }));

        rig.Machine.Run(1000);

        Assert.That(rig.Faults(), Is.EqualTo(mayHaveIt ? [] : new[] { (6, 0ul, At) }));
    }

    /// <summary>Unicorn's translator gives up on it, wherever it is in a block, and says so on stderr.</summary>
    [Test]
    public void LockedBitTest_OfARegister_FaultsInTheMidstOfABlockTimeAndAgain()
    {
        using var straight = Start();
        using var chopped = Start();
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            var end = straight.Machine.Position + 23;
            straight.Machine.Run(end);
            while (chopped.Machine.Position < end)
            {
                chopped.Machine.Run(Math.Min(end, chopped.Machine.Position + (ulong)random.Next(1, 9)));
            }

            Assert.That(chopped.State(), Is.EqualTo(straight.State()));
        }

        Assert.That(straight.Register("ecx"), Is.GreaterThan(20));
        Assert.That(straight.Register("ebx"), Is.EqualTo(straight.Register("ecx")).Or.EqualTo(straight.Register("ecx") - 1));

        static X86Rig Start()
        {
            const uint handler = 0x8800;
            var rig = ProtectedRig.Start(
                code =>
                {
                    code.xor(Iced.Intel.AssemblerRegisters.ecx, Iced.Intel.AssemblerRegisters.ecx);
                    code.xor(Iced.Intel.AssemblerRegisters.ebx, Iced.Intel.AssemblerRegisters.ebx);
                    code.jmp(At);
                },
                ((uint)At, code =>
                {
                    code.inc(Iced.Intel.AssemblerRegisters.ecx);
                    code.mov(Iced.Intel.AssemblerRegisters.eax, Iced.Intel.AssemblerRegisters.ecx);
                    code.nop();
                    code.db(0xf0, 0x0f, 0xab, 0xc8);
                    code.jmp(At);
                }),
                (handler, code =>
                {
                    code.inc(Iced.Intel.AssemblerRegisters.ebx);
                    code.add(Iced.Intel.AssemblerRegisters.__dword_ptr[Iced.Intel.AssemblerRegisters.esp], 4);
                    code.iretd();
                }));
            ProtectedRig.Gate(rig, 6, handler);
            return rig;
        }
    }
}
