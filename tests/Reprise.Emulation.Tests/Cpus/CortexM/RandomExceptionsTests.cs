using CsCheck;
using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.State;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

/// <summary>What holds after any sequence of register writes, lines, faults, masks, returns and time.</summary>
public sealed class RandomExceptionsTests
{
    private static readonly uint[] Offsets =
    [
        0x10, 0x14, 0x18, 0x100, 0x100, 0x100, 0x180, 0x200, 0x200, 0x280, 0x400, 0x404, 0x408, 0x41C, 0xD04, 0xD08,
        0xD0C, 0xD10, 0xD14, 0xD18, 0xD1C, 0xD20, 0xD24, 0xD28, 0xD2C, 0xD30, 0xD34, 0xD38, 0xF00,
    ];

    private static readonly Gen<(int Kind, int Which, uint Value)[]> Actions =
        Gen.Select(Gen.Int[0, 13].Select(k => k > 11 ? 6 : k), Gen.Int[0, 31], Gen.UInt).Array[0, 60];

    [Test]
    public void SaveRestore_AtAnyMoment_IsInvisible() =>
        Gen.Select(Actions, Actions, Actions).Sample((before, other, after) =>
        {
            var original = new CortexMRig { [0xD10] = 2, [0x14] = 1500, [0x10] = 7 };
            Run(original, before);
            var copy = new CortexMRig();
            Run(copy, other); // all of it must be overwritten
            copy.Registers.CopyFrom(original.Registers);
            copy.Memory.CopyFrom(original.Memory);
            copy.Restore(original.Save());
            Assert.That(copy.Save(), Is.EqualTo(original.Save()));
            Assert.That(Run(copy, after), Is.EqualTo(Run(original, after)));
            Assert.That(copy.Save(), Is.EqualTo(original.Save()));
            Assert.That(copy.Registers.All, Is.EqualTo(original.Registers.All));
            Assert.That(copy.Memory.Words, Is.EqualTo(original.Memory.Words));
        });

    [Test]
    public void Reset_AfterAnything_EqualsPowerOn() => Actions.Sample(actions =>
    {
        var rig = new CortexMRig();
        Run(rig, actions);
        rig.Clock.Now = 0;
        rig.Exceptions.Reset();
        rig.Space.Reset();
        Assert.That(rig.Save(), Is.EqualTo(new CortexMRig().Save()));
    });

    [Test]
    public void Deliverable_ImpliesHasPendingAndWaking() => Actions.Sample(actions =>
    {
        var rig = new CortexMRig();
        foreach (var action in actions)
        {
            Apply(rig, action);
            var exceptions = rig.Exceptions;
            Assert.That(!exceptions.WakesFromWfi || exceptions.HasPending);
            Assert.That(!exceptions.Deliverable || exceptions.WakesFromWfi);
        }
    });

    [Test]
    public void Return_OfEverythingEntered_GivesTheThreadBack() =>
        Gen.Select(Gen.Int[0, 31], Gen.Int[0, 7], Gen.Bool).Array[1, 40].Sample(steps =>
        {
            var rig = new CortexMRig();
            rig[ArmRegister.Psp] -= (uint)steps.Length * 4;
            rig[ArmRegister.Control] = steps[0].Item3 ? 2u : 0;
            var before = rig.Registers.All;
            foreach (var (interrupt, priority, returns) in steps)
            {
                if (returns && rig.Handling != 0)
                {
                    rig.Return();
                }

                rig.Enable(interrupt, (byte)(priority << 5));
                rig.Pend(interrupt);
                rig.Settle();
            }

            while (rig.Handling != 0)
            {
                rig.Return();
            }

            Assert.That(rig.Registers.All, Is.EqualTo(before));
            Assert.That(rig[0x200] | rig[0x300], Is.Zero);
            Assert.That(rig[0xD28], Is.Zero);
        });

    [Test]
    public void Restore_AnyPrefix_Throws()
    {
        var state = new StateWriter();
        new CortexMRig().Exceptions.Save(state);
        var bytes = state.Written.ToArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(() => RestorePrefix(bytes, length), Throws.TypeOf<InvalidDataException>());
        }
    }

    private static void RestorePrefix(byte[] bytes, int length)
    {
        var reader = new StateReader(bytes.AsSpan(0, length));
        new CortexMRig().Exceptions.Restore(ref reader);
    }

    private static List<string> Run(CortexMRig rig, (int Kind, int Which, uint Value)[] actions) =>
        [.. actions.Select(action => Apply(rig, action))];

    private static string Apply(CortexMRig rig, (int Kind, int Which, uint Value) action)
    {
        var (kind, which, value) = action;
        var exceptions = rig.Exceptions;
        var seen = "";
        switch (kind)
        {
            case 0 or 1:
                var offset = Offsets[which % Offsets.Length];
                rig[offset] = offset switch
                {
                    0xD08 => value & 0x180,
                    0xD0C => 0x05FA_0000 | (value & 0x704),
                    0x14 => 1000 + (value & 0xFFF),
                    _ => value,
                };
                break;
            case 2:
                exceptions.SetInterruptLine(which, (value & 1) != 0);
                break;
            case 3:
                Raise(exceptions, which, value);
                break;
            case 4:
                rig[ArmRegister.Primask] = value & 1;
                rig[ArmRegister.Basepri] = which % 2 == 0 ? 0 : value & 0xFF;
                break;
            case 5:
                rig[ArmRegister.Faultmask] = which % 4 == 0 ? value & 1 : 0;
                break;
            case 6 when rig.Handling != 0:
                exceptions.Return(which == 0 ? value | 0xF000_0000 : rig[ArmRegister.Lr]);
                break;
            case 7:
                exceptions.SetNmi((value & 1) != 0);
                break;
            case 8:
                exceptions.SetEvent();
                break;
            case 9:
                rig.Advance(value & 0xFFFFF);
                break;
            case 10:
                rig[ArmRegister.Msp] = (value & 31) == 0 ? value : CortexMRig.StackTop - (value & 0x1FC);
                break;
            case 11:
                seen = $"{rig[0x10]:x} {exceptions.ConsumeSleepOnExit()} {exceptions.ConsumeEvent()} ";
                break;
            default:
                break;
        }

        if ((value & 0x100) != 0)
        {
            rig.Settle();
        }

        // What consumes nothing is looked at after each action.
        return seen + $"{rig.Handling} {rig.Space.Peek(0x10, 4):x} {rig[0x18]:x} {rig[0xD04]:x} {rig[0xD28]:x} "
            + $"{exceptions.LockedUp} {exceptions.Deliverable} {exceptions.WakesFromWfi} {rig.Clock.NextDeadline}";
    }

    private static void Raise(CortexMExceptions exceptions, int which, uint value)
    {
        switch (which % 8)
        {
            case 0:
                exceptions.RaiseBusFault(value, (BusFaultKind)(value & 1));
                break;
            case 1:
                exceptions.RaiseMemManageExecuteNever();
                break;
            case 2:
                exceptions.RaiseUndefined();
                break;
            case 3 when value % 4 == 0:
                exceptions.RaiseBreakpoint();
                break;
            default:
                exceptions.RaiseSvc();
                break;
        }
    }
}
