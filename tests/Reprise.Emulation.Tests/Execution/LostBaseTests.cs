using System.Buffers.Binary;
using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>
/// LDRD (DDI 0403E, A7.7.50) whose first word goes to its own base register, and whose second lies in another page, access to
/// which must be seen: Unicorn has lost the base when it comes there, and the instruction could not run again.
/// </summary>
[TestFixture]
public sealed class LostBaseTests
{
    private const uint PageSize = EngineFixture.PageSize;
    private const uint Second = EngineFixture.DataAddress + 4 * PageSize;
    private const uint First = Second - sizeof(uint);
    private const uint FirstOfDevice = 0x4000_0000 - sizeof(uint);

    /// <summary>What the first word holds, as an offset from the second; with 0 it leads to the second itself.</summary>
    private static readonly int[] _loaded = [-0x2_0000, 0, 0x40, -4];

    [Test]
    public void RunTo_SecondWordIsDenied_FaultsWithTheBaseAsItWasAndRunsAgain(
        [Values(0, 8, -8)] int offset, [ValueSource(nameof(_loaded))] int loaded, [Values] bool inBlock, [Values] bool isMixed)
    {
        var protection = new DeniedPage(isMixed);
        using var fixture = Build(offset, loaded, inBlock, First, protection: protection);
        var position = inBlock ? 4ul : 2;
        Assert.That(fixture.Engine.RunTo(10), Is.EqualTo(new EngineExit(ExitKind.MemoryFault, Second, MemoryAccess.Read)));
        Assert.That(fixture.Register(1), Is.EqualTo(First - (uint)offset));
        Assert.That(fixture.Engine.Position, Is.EqualTo(position));
        Assert.That(fixture.Pc, Is.EqualTo(EngineFixture.CodeAddress + (inBlock ? 8 : 4)));
        if (inBlock)
        {
            return; // going on is the processor's part, which keeps the block's state
        }

        protection.Allow();
        fixture.Engine.RunTo(position + 1);
        Assert.That(fixture.Register(1), Is.EqualTo(Loaded(loaded, offset, Second)));
        Assert.That(fixture.Register(2), Is.EqualTo(0x5eed_1e55));
    }

    [Test]
    public void RunTo_SecondWordIsOfADevice_EveryChoppingIsTheSame(
        [Values(0, 8, -8)] int offset, [ValueSource(nameof(_loaded))] int loaded, [Values] bool inBlock)
    {
        var stepped = Run(bus => Build(offset, loaded, inBlock, FirstOfDevice, bus), isStepped: true, limits: false);
        Assert.That(stepped.Log, Has.Count.EqualTo(1));
        Assert.That(Run(bus => Build(offset, loaded, inBlock, FirstOfDevice, bus), isStepped: false, limits: false), Is.EqualTo(stepped));
        Assert.That(Run(bus => Build(offset, loaded, inBlock, FirstOfDevice, bus), isStepped: false, limits: true), Is.EqualTo(stepped));
    }

    [Test]
    public void RunTo_NothingAnswersTheSecondWord_FaultsWithTheBaseAsItWas(
        [Values(0, 8, -8)] int offset, [ValueSource(nameof(_loaded))] int loaded, [Values] bool inBlock)
    {
        using var fixture = Build(offset, loaded, inBlock, FirstOfDevice);
        Assert.That(fixture.Engine.RunTo(10), Is.EqualTo(new EngineExit(ExitKind.MemoryFault, 0x4000_0000, MemoryAccess.Read)));
        Assert.That(fixture.Register(1), Is.EqualTo(FirstOfDevice - (uint)offset));
    }

    [Test]
    public void RunTo_SecondWordIsWatched_StopsWithTheBaseAsItWasAndGoesOn(
        [Values(0, 8, -8)] int offset, [ValueSource(nameof(_loaded))] int loaded, [Values] bool inBlock)
    {
        using var plain = Build(offset, loaded, inBlock, First);
        plain.Engine.RunTo(6);
        using var watched = Build(offset, loaded, inBlock, First);
        watched.Engine.AddWatchpoint(Second, 4, WatchKinds.Read);
        Assert.That(watched.Engine.RunTo(6).Kind, Is.EqualTo(ExitKind.Watchpoint));
        Assert.That(watched.Engine.Position, Is.EqualTo(inBlock ? 3 : 1));
        Assert.That(watched.Register(1), Is.EqualTo(First - (uint)offset));
        watched.Engine.RunTo(6);
        Assert.That(watched.State(), Is.EqualTo(plain.State()));
        foreach (var mode in (HitMode[])[HitMode.Note, HitMode.Scan])
        {
            using var passed = Build(offset, loaded, inBlock, First);
            passed.Engine.AddWatchpoint(Second, 4, WatchKinds.Read);
            passed.Engine.RunTo(6, mode);
            Assert.That(passed.State(), Is.EqualTo(plain.State()), $"{mode}");
        }
    }

    private static (string State, List<string> Log, bool) Run(Func<IDeviceBus, EngineFixture> build, bool isStepped, bool limits)
    {
        EngineFixture? fixture = null;
        var bus = new LoggingBus(position =>
        {
            if (limits)
            {
                fixture!.Engine.LimitTo(position + 1);
            }
        });
        using (fixture = build(bus))
        {
            while (fixture.Engine.Position < 6)
            {
                fixture.Engine.RunTo(isStepped ? fixture.Engine.Position + 1 : 6);
            }

            return (fixture.State(), bus.Log, true);
        }
    }

    private static uint Loaded(int loaded, int offset, uint second) => second + (uint)(loaded - offset);

    /// <summary>
    /// ldr r3, [r1, #offset]; [cmp r0, r0; it eq;] ldrd r1, r2, [r1, #offset]; nop...
    /// </summary>
    private static EngineFixture Build(
        int offset, int loaded, bool inBlock, uint first, IDeviceBus? bus = null, IMemoryProtection? protection = null)
    {
        var sign = offset < 0 ? 0 : 0x80;
        List<byte> code = offset < 0 ? [0x51, 0xf8, (byte)-offset, 0x3c] : [0xd1, 0xf8, (byte)offset, 0x30];
        code.AddRange(inBlock ? [0x80, 0x42, 0x08, 0xbf] : []);
        code.AddRange([(byte)(0x51 | sign), 0xe9, (byte)(Math.Abs(offset) / 4), 0x12]);
        for (var i = 0; i < 8; i++)
        {
            code.AddRange([0x00, 0xbf]);
        }

        var fixture = new EngineFixture(code.ToArray(), bus, protection);
        fixture.SetRegister(1, first - (uint)offset);
        fixture.WriteWord(first, Loaded(loaded, offset, first + 4));
        fixture.WriteWord(first + 4, 0x5eed_1e55);
        return fixture;
    }

    /// <summary>An MPU that denies the page of the second word, or a part of it.</summary>
    private sealed class DeniedPage(bool isMixed) : IMemoryProtection
    {
        private bool _allows;
        private bool _changed;

        public bool IsActive => true;

        public void Allow() => (_allows, _changed) = (true, true);

        public IReadOnlyList<(uint First, uint Last)> TakeChanges()
        {
            (uint, uint)[] changes = _changed ? [(Second, Second + PageSize - 1)] : [];
            _changed = false;
            return changes;
        }

        public PagePermissions? RightsOf(ulong page) =>
            _allows || page != Second ? PagePermissions.All : isMixed ? null : PagePermissions.None;

        public (uint Readable, uint Writable) PartsOf(ulong page) => (~1u, ~1u);

        public bool Allows(ulong address, int size, MemoryAccess access, ulong instruction) =>
            _allows || address is < Second or >= Second + 32;
    }
}
