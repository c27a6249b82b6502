using Reprise.Emulation.Cpus.CortexM;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

/// <summary>
/// PreserveFPState() of DDI 0403E where the frame can't be written; what an MPU denies is compared with QEMU by the firmware of
/// samples/instructions too.
/// </summary>
[TestFixture]
public sealed class LazyPreservationTests
{
    private const uint FaultStatusOffset = 0xD28;
    private const uint HardFaultStatus = 0xD2C;
    private const uint SystemHandlers = 0xD24;
    private const uint Context = 0xF34;
    private const uint FrameAddress = 0xF38;
    private const uint BusFaultEnabled = 1 << 17;
    private const uint LazyBusError = 1 << 13;
    private const uint Forced = 1 << 30;
    private const uint LazyActive = 1;
    private const uint Floating = 4;

    /// <summary>The basic frame is the last there is room for: what lies above is not there.</summary>
    private const uint Stack = CortexMRig.StackTop + 0x48;

    [Test]
    public void TryPreserve_FrameIsThere_WritesWhatEntryLeftOut()
    {
        var rig = Enter(CortexMRig.StackTop, Exception(priority: 0x40));
        Assert.That(rig[Context] & 0x17B, Is.EqualTo(0x19), "LSPACT, THREAD, HFRDY");
        Assert.That(rig[FrameAddress], Is.EqualTo(CortexMRig.StackTop - 0x48));
        Assert.That(FloatingWords(rig), Is.All.EqualTo(0x5eed));
        Assert.That(rig.Exceptions.Preservation.TryPreserve());
        Assert.That(
            FloatingWords(rig), Is.EqualTo((uint[])[.. Enumerable.Range(0, 16).Select(i => 0x100u + (uint)i), 0x0300_0000, 0x5eed]));
        Assert.That(rig[Context] & LazyActive, Is.Zero);
        rig[ArmRegister.S0] = 0;
        rig.Return();
        Assert.That(rig[ArmRegister.S0], Is.EqualTo(0x100), "popped");
        Assert.That(rig[ArmRegister.Msp], Is.EqualTo(CortexMRig.StackTop));
    }

    [Test]
    public void Return_NothingWasPreserved_RegistersAndFrameAreAsTheyWere()
    {
        var rig = Enter(CortexMRig.StackTop, Exception(priority: 0x40));
        rig[ArmRegister.S0] = 0x77; // as a debugger may
        rig.Return();
        Assert.That(rig[ArmRegister.S0], Is.EqualTo(0x77));
        Assert.That(rig[ArmRegister.Control] & Floating, Is.EqualTo(Floating));
        Assert.That(rig[Context] & LazyActive, Is.Zero);
        Assert.That(FloatingWords(rig), Is.All.EqualTo(0x5eed));
    }

    [Test]
    public void TryPreserve_BusFaultCanBeTaken_IsTakenBeforeTheInstruction()
    {
        var rig = Enter(Stack, Exception(priority: 0x40), SystemHandlers, BusFaultEnabled);
        Assert.That(rig.Exceptions.Preservation.TryPreserve(), Is.False);
        Assert.That(rig[FaultStatusOffset], Is.EqualTo(LazyBusError));
        Assert.That(rig[HardFaultStatus], Is.Zero);
        Assert.That(rig[Context] & LazyActive, Is.EqualTo(LazyActive));
        Assert.That(rig.Settle(), Is.EqualTo(ExceptionNumber.BusFault));
    }

    [Test]
    public void TryPreserve_BusFaultIsDisabled_IsAHardFault()
    {
        var rig = Enter(Stack, Exception(priority: 0x40));
        Assert.That(rig.Exceptions.Preservation.TryPreserve(), Is.False);
        Assert.That(rig[FaultStatusOffset], Is.EqualTo(LazyBusError));
        Assert.That(rig[HardFaultStatus], Is.EqualTo(Forced));
        Assert.That(rig.Settle(), Is.EqualTo(ExceptionNumber.HardFault));
    }

    [Test]
    public void TryPreserve_HandlerIsAsUrgentAsBusFault_GoesOnAndFaultsBehindIt()
    {
        var rig = Enter(Stack, Exception(priority: 0), SystemHandlers, BusFaultEnabled);
        Assert.That(rig.Exceptions.Preservation.TryPreserve());
        Assert.That(rig[FaultStatusOffset], Is.EqualTo(LazyBusError));
        Assert.That(rig[Context] & LazyActive, Is.Zero);
        Assert.That(rig.Settle(), Is.EqualTo(ExceptionNumber.External));
        Assert.That(rig.Return(), Is.EqualTo(ExceptionNumber.BusFault));
    }

    [Test]
    public void TryPreserve_FrameOfCodeAtNegativePriority_LocksUp()
    {
        var rig = Prepare(Stack);
        rig[ArmRegister.Faultmask] = 1;
        rig.Exceptions.SetNmi(true);
        Assert.That(rig.Settle(), Is.EqualTo(ExceptionNumber.Nmi));
        Assert.That(rig[Context] & 0x10, Is.Zero, "HFRDY");
        Assert.That(rig.Exceptions.Preservation.TryPreserve(), Is.False);
        Assert.That(rig.Exceptions.LockedUp);
    }

    private static Action<CortexMRig> Exception(byte priority) => rig =>
    {
        rig.Enable(0, priority);
        rig.Pend(0);
    };

    private static CortexMRig Enter(uint stack, Action<CortexMRig> raise, uint offset = SystemHandlers, uint value = 0)
    {
        var rig = Prepare(stack);
        rig[offset] = value;
        raise(rig);
        Assert.That(rig.Settle(), Is.EqualTo(ExceptionNumber.External));
        Assert.That(rig[ArmRegister.Lr], Is.EqualTo(0xFFFF_FFE9));
        Assert.That(rig[FaultStatusOffset], Is.Zero);
        return rig;
    }

    private static CortexMRig Prepare(uint stack)
    {
        var rig = new CortexMRig(CortexMModel.M4F) { [0xD88] = 0x00F0_0000 };
        rig[ArmRegister.Msp] = stack;
        rig[ArmRegister.Control] = Floating;
        for (var i = 0; i < 16; i++)
        {
            rig[ArmRegister.S0 + i] = 0x100 + (uint)i;
        }

        rig[ArmRegister.Fpscr] = 0x0300_0000;
        for (uint i = 0; i < 18; i++)
        {
            rig.Memory[CortexMRig.StackTop - 0x48 + (4 * i)] = 0x5eed;
        }

        return rig;
    }

    private static uint[] FloatingWords(CortexMRig rig) =>
        [.. Enumerable.Range(0, 18).Select(i => rig.Memory[CortexMRig.StackTop - 0x48 + (4 * (uint)i)])];
}
