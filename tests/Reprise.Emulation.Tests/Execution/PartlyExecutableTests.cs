using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Execution;

/// <summary>A page of which an MPU lets only parts be executed (DDI 0403E, B3.5.1: rights change every 32 bytes).</summary>
[TestFixture]
public sealed class PartlyExecutableTests
{
    private const uint Denied = EngineFixture.CodeAddress + 0x20;
    private const int Add = 0x3001; // adds r0, #1

    [Test]
    public void RunTo_CodeRunsIntoADeniedPart_FaultsBetweenTwoInstructions([Values] bool isStepped)
    {
        using var fixture = new EngineFixture(Code(Enumerable.Repeat(Add, 40)), protection: new Parts());
        var exit = Run(fixture, 30, isStepped);
        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.MemoryFault, Denied, MemoryAccess.Fetch)));
        Assert.That((fixture.Engine.Position, fixture.Register(0), fixture.Pc), Is.EqualTo((17, 16, Denied)));
    }

    [Test]
    public void RunTo_InstructionReachesIntoADeniedPart_DoesNotRun([Values] bool isStepped)
    {
        // ..., add.w r0, r0, #1
        using var fixture = new EngineFixture(
            Code([.. Enumerable.Repeat(Add, 15), 0xf100, 0x0001, Add]), protection: new Parts());
        var exit = Run(fixture, 30, isStepped);
        Assert.That(exit, Is.EqualTo(new EngineExit(ExitKind.MemoryFault, Denied, MemoryAccess.Fetch)));
        Assert.That((fixture.Engine.Position, fixture.Register(0), fixture.Pc), Is.EqualTo((16, 15, Denied - 2)));
    }

    [Test]
    public void RunTo_LimitInFrontOfADeniedPart_IsReached()
    {
        using var fixture = new EngineFixture(Code(Enumerable.Repeat(Add, 40)), protection: new Parts());
        Assert.That(fixture.Engine.RunTo(16).Kind, Is.EqualTo(ExitKind.LimitReached));
        Assert.That(fixture.Engine.Position, Is.EqualTo(16));
        Assert.That(fixture.Engine.RunTo(17).Kind, Is.EqualTo(ExitKind.MemoryFault));
    }

    [Test]
    public void RunTo_PartOfAHotLoopIsDenied_StopsInFrontOfIt([Values] bool isStepped)
    {
        // adds r0, #1 (16 of them); adds r1, #1; b to the first
        var parts = new Parts { Mask = uint.MaxValue };
        using var fixture = new EngineFixture(Code([.. Enumerable.Repeat(Add, 16), 0x3101, 0xe7ed]), protection: parts);
        fixture.SetRegister(1, 0);
        Assert.That(Run(fixture, 18 * 500, isStepped).Kind, Is.EqualTo(ExitKind.LimitReached));
        Assert.That(fixture.Register(1), Is.EqualTo(500));
        for (var i = 1u; i <= 3; i++)
        {
            parts.Mask = Parts.WithoutDenied;
            Assert.That(Run(fixture, 18 * 1000, isStepped).Kind, Is.EqualTo(ExitKind.MemoryFault));
            Assert.That((fixture.Register(1), fixture.Pc), Is.EqualTo((499 + i, Denied)));
            parts.Mask = uint.MaxValue;
            Assert.That(Run(fixture, fixture.Engine.Position + 2, isStepped).Kind, Is.EqualTo(ExitKind.LimitReached));
            Assert.That((fixture.Register(1), fixture.Pc), Is.EqualTo((500 + i, EngineFixture.CodeAddress)));
        }
    }

    [Test]
    public void RunTo_NothingOfThePageMayBeExecuted_Faults()
    {
        using var fixture = new EngineFixture(Code([Add]), protection: new Parts { Mask = 0 });
        Assert.That(fixture.Engine.RunTo(5).Kind, Is.EqualTo(ExitKind.MemoryFault));
        Assert.That(fixture.Engine.Position, Is.EqualTo(1));
    }

    private static EngineExit Run(EngineFixture fixture, ulong end, bool isStepped)
    {
        var exit = new EngineExit(ExitKind.LimitReached);
        while (fixture.Engine.Position < end && exit.Kind == ExitKind.LimitReached)
        {
            exit = fixture.Engine.RunTo(isStepped ? fixture.Engine.Position + 1 : end);
        }

        return exit;
    }

    private static byte[] Code(IEnumerable<int> halfwords) =>
        [.. halfwords.SelectMany(half => (byte[])[(byte)half, (byte)(half >> 8)])];

    /// <summary>An MPU of which a part of the first page has no right to be executed.</summary>
    private sealed class Parts : IMemoryProtection
    {
        public const uint WithoutDenied = ~(1u << (int)(Denied / 32));

        private uint _mask = WithoutDenied;
        private bool _changed;

        public uint Mask
        {
            get => _mask;
            set => (_mask, _changed) = (value, true);
        }

        public bool IsActive => true;

        public IReadOnlyList<(uint First, uint Last)> TakeChanges()
        {
            (uint, uint)[] changes = _changed ? [(0, EngineFixture.PageSize - 1)] : [];
            _changed = false;
            return changes;
        }

        public PagePermissions? RightsOf(ulong page) =>
            page >= EngineFixture.PageSize || Mask == uint.MaxValue ? PagePermissions.All : null;

        public (uint Readable, uint Writable) PartsOf(ulong page) => (uint.MaxValue, uint.MaxValue);

        public uint ExecutableParts(ulong page) => page < EngineFixture.PageSize ? Mask : uint.MaxValue;

        public bool Allows(ulong address, int size, MemoryAccess access, ulong instruction) => true;
    }
}
