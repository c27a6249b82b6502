using Reprise.Emulation.Cpus.CortexM;
using Reprise.Emulation.State;
using Reprise.Emulation.Time;
using Reprise.Unicorn;

namespace Reprise.Emulation.Tests.Cpus.CortexM;

/// <summary>Exception model, registers and memory; exception n has its handler at 0x1000 + 16n.</summary>
public sealed class CortexMRig
{
    public const uint StackTop = FakeMemory.Ram + FakeMemory.Size;
    public const uint ProcessTop = FakeMemory.Ram + 0x800;
    public const uint ThreadPc = 0x2000;

    public CortexMRig(CortexMModel? model = null)
    {
        Exceptions = new CortexMExceptions(model ?? CortexMModel.M3, Registers, Memory, externalInterrupts: 32, priorityBits: 3);
        Space = new SystemControlSpace(Exceptions, Clock, 25_000_000, 1_000_000);
        for (uint n = 0; n < 48; n++)
        {
            Memory[4 * n] = Handler((int)n) | 1;
        }

        Registers[ArmRegister.Msp] = StackTop;
        Registers[ArmRegister.Psp] = ProcessTop;
        Registers[ArmRegister.Pc] = ThreadPc;
        Registers[ArmRegister.Xpsr] = 0x0100_0000;
    }

    public FakeRegisters Registers { get; } = new();

    public FakeMemory Memory { get; } = new();

    public VirtualClock Clock { get; } = new();

    public CortexMExceptions Exceptions { get; }

    public SystemControlSpace Space { get; }

    /// <summary>IPSR.</summary>
    public int Handling => (int)(Registers[ArmRegister.Xpsr] & 0x1FF);

    public uint this[ArmRegister register]
    {
        get => Registers[register];
        set => Registers[register] = value;
    }

    /// <summary>A word register of the system control space.</summary>
    public uint this[uint offset]
    {
        get => Space.Read(offset, 4);
        set => Space.Write(offset, value, 4);
    }

    public static uint Handler(int number) => 0x1000 + (16 * (uint)number);

    /// <summary>Enables an external interrupt with a priority (3 bits: 0x00, 0x20 ... 0xE0).</summary>
    public void Enable(int interrupt, byte priority)
    {
        Space.Write(0x100, 1u << interrupt, 4);
        Space.Write(0x400 + (uint)interrupt, priority, 1);
    }

    /// <summary>Pends by software.</summary>
    public void Pend(int interrupt) => Space.Write(0x200, 1u << interrupt, 4);

    /// <summary>Settles: enters until nothing preempts. Answers the exception that runs then, 0 for a thread.</summary>
    public int Settle()
    {
        while (Exceptions.TryEnter())
        {
        }

        return Handling;
    }

    /// <summary>Returns through LR and settles.</summary>
    public int Return()
    {
        Exceptions.Return(Registers[ArmRegister.Lr]);
        return Settle();
    }

    public void Advance(ulong nanoseconds)
    {
        var end = Clock.Now + nanoseconds;
        while (Clock.NextDeadline <= end)
        {
            Clock.Now = Math.Max(Clock.Now, Clock.NextDeadline);
            Clock.FireExpired();
        }

        Clock.Now = end;
    }

    public byte[] Save()
    {
        var writer = new StateWriter();
        Clock.Save(writer);
        Exceptions.Save(writer);
        Space.Save(writer);
        return writer.Written.ToArray();
    }

    public void Restore(byte[] state)
    {
        var reader = new StateReader(state);
        Clock.Restore(ref reader);
        Exceptions.Restore(ref reader);
        Space.Restore(ref reader);
        Assert.That(reader.AtEnd, Is.True);
    }
}
