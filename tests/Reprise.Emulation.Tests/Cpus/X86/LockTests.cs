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
}
