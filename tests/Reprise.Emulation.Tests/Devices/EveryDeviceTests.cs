using Reprise.Emulation.Devices;

namespace Reprise.Emulation.Tests.Devices;

/// <summary>What holds for every device, whatever it does.</summary>
[TestFixtureSource(typeof(DeviceRig), nameof(DeviceRig.Types))]
public sealed class EveryDeviceTests(string type)
{
    private const uint Window = 0x1000;
    private const uint UnlockKey = 0x1ACC_E551;

    private static readonly int[] Sizes = [1, 2, 4];

    private uint[]? _registers;

    [Test]
    public void SaveRestore_AtRandomMoments_IsInvisible()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var original = DeviceRig.Create(type);
            for (var i = 0; i < 200; i++)
            {
                Act(original, random.Next(), out _);
            }

            var copy = DeviceRig.Create(type);
            Act(copy, seed, out _); // anything left from before must be overwritten
            copy.Restore(original.Save());
            Assert.That(copy.Save(), Is.EqualTo(original.Save()));
            original.Log.Clear();
            copy.Log.Clear();
            for (var i = 0; i < 200; i++)
            {
                var action = random.Next();
                Act(original, action, out var expected);
                Act(copy, action, out var actual);
                Assert.That(actual, Is.EqualTo(expected), $"seed {seed}, step {i}");
            }

            Assert.That(copy.Log, Is.EqualTo(original.Log));
            Assert.That(copy.Save(), Is.EqualTo(original.Save()));
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public void Access_EverySizeAtEveryOffset_NeitherThrowsNorHangs()
    {
        var rig = DeviceRig.Create(type);
        foreach (var value in new uint[] { 0, 1, 0xFFFF_FFFF, 0xA5A5_A5A5 })
        {
            foreach (var size in Sizes)
            {
                for (uint offset = 0; offset <= 0xFFF; offset++)
                {
                    rig.Device.Write(offset, value, size);
                    rig.Device.Read(offset, size);
                    rig.Device.Peek(offset, size);
                    rig.Advance(DeviceRig.Tick);
                }
            }
        }

        Assert.That(rig.Clock.NextDeadline, Is.GreaterThan(rig.Clock.Now));
    }

    [Test]
    public void Peek_EverySizeAtEveryOffset_ChangesNothingAndAgreesWithRead()
    {
        var random = new Random(7);
        var rig = DeviceRig.Create(type);
        for (var i = 0; i < 500; i++)
        {
            Act(rig, random.Next(), out _);
        }

        var before = rig.Save();
        rig.Log.Clear();
        foreach (var size in Sizes)
        {
            for (uint offset = 0; offset <= 0xFFF; offset++)
            {
                rig.Device.Peek(offset, size);
            }
        }

        Assert.That(rig.Save(), Is.EqualTo(before));
        Assert.That(rig.Log, Is.Empty);
        for (uint offset = 0; offset <= 0xFFF; offset++)
        {
            var peeked = rig.Device.Peek(offset, 4);
            Assert.That(rig.Device.Read(offset, 4), Is.EqualTo(peeked), $"offset 0x{offset:x}");
        }
    }

    [Test]
    public void Reset_AfterRandomAccesses_EqualsPowerOn()
    {
        var random = new Random(11);
        var rig = DeviceRig.Create(type);
        var fresh = rig.Save();
        var other = DeviceRig.Create(type);
        other.Reset();
        for (var i = 0; i < 500; i++)
        {
            Act(rig, random.Next(), out _);
        }

        rig.Clock.Now = 0;
        rig.Reset();
        Assert.That(rig.Clock.NextDeadline, Is.EqualTo(ulong.MaxValue));
        Assert.That(rig.Levels, Is.EqualTo(other.Levels));
        if (!DeviceCatalog.Find(type)!.KeepsStateOnReset)
        {
            Assert.That(rig.Save(), Is.EqualTo(fresh));
        }
    }

    [Test]
    public void Access_NearTheEndOfTime_DoesNotThrow()
    {
        var random = new Random(13);
        var rig = DeviceRig.Create(type);
        rig.Clock.Now = ulong.MaxValue - 1_000;
        for (var i = 0; i < 500; i++)
        {
            var (offset, value) = (4 * (uint)random.Next(0x20), (uint)random.NextInt64(1L << 32));
            Assert.DoesNotThrow(() =>
            {
                rig.Device.Write(offset, value, 4);
                rig.Device.Read(offset, 4);
            });
        }
    }

    /// <summary>
    /// Where a write does something, or the device ever answers something: chance would not find registers that are far
    /// apart, nor those that wait for an event.
    /// </summary>
    private uint[] FindRegisters()
    {
        var found = new SortedSet<uint>();
        for (uint offset = 0; offset < Window; offset += 4)
        {
            var rig = DeviceRig.Create(type);
            var fresh = rig.Save();
            foreach (var value in new[] { 1u, 2u, uint.MaxValue, UnlockKey })
            {
                rig.Device.Write(offset, value, 4);
            }

            if (rig.Log.Count > 0 || !rig.Save().AsSpan().SequenceEqual(fresh))
            {
                found.Add(offset);
            }
        }

        var busy = DeviceRig.Create(type);
        var random = new Random(1);
        for (var i = 0; i < 300; i++)
        {
            Act(busy, found.Count > 0 ? [.. found] : [0], random.Next(), out _);
            for (uint offset = 0; offset < Window; offset += 4)
            {
                if (busy.Device.Peek(offset, 4) != 0)
                {
                    found.Add(offset);
                }
            }
        }

        return found.Count > 0 ? [.. found] : [0];
    }

    private void Act(DeviceRig rig, int action, out uint answer) => Act(rig, _registers ??= FindRegisters(), action, out answer);

    // One access, input byte or passing of time; mostly low offsets, where the registers are.
    private static void Act(DeviceRig rig, uint[] registers, int action, out uint answer)
    {
        var random = new Random(action);
        var offset = random.Next(8) switch
        {
            0 => (uint)random.Next(0x1000),
            1 or 2 or 3 => registers[random.Next(registers.Length)],
            4 => (uint)random.Next(8), // ports are bytes, side by side
            _ => 4 * (uint)random.Next(0x16),
        };
        var size = random.Next(3) == 0 ? Sizes[random.Next(3)] : 4;
        answer = 0;
        switch (random.Next(5))
        {
            case 0 or 1:
                var value = random.Next(2) == 0 ? (uint)random.Next(256) : (uint)random.NextInt64(1L << 32);
                value = offset switch
                {
                    0xA8 => 0x8010_0000 | (value & 0x4000_0003), // an oscillator request
                    0xC00 when random.Next(4) != 0 => UnlockKey,
                    _ => value,
                };
                rig.Device.Write(offset, value, size);
                break;
            case 2:
                answer = rig.Device.Read(offset, size);
                break;
            case 3:
                (rig.Device as IInputPort)?.Receive((byte)random.Next(256));
                break;
            default:
                // Long enough for the slow counters where no alarm could go off a million times meanwhile.
                rig.Advance((ulong)random.Next(rig.Clock.NextDeadline == ulong.MaxValue ? 20_000_000 : 20_000));
                break;
        }
    }
}
