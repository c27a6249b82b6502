using Reprise.Emulation.State;

namespace Reprise.Emulation.Cpus.X86;

// Goal: RDMSR and WRMSR (SDM volume 4), with the registers, the values and the writable bits that QEMU 7.2's models have.
//
// Most are Unicorn's, which reads and writes them right in a model with long mode: IsPlain lets its instruction run. The
// others are here: the local APIC's base, the time stamp, machine-check banks, and what a model lacks.
//
// Invariant: no register is in Unicorn's record alone that X86Registers does not save.

/// <summary>The model-specific registers.</summary>
/// <param name="state">Those that Unicorn has.</param>
/// <param name="model">Says which there are.</param>
/// <param name="timeStamp">The time-stamp counter.</param>
/// <param name="findApic">Finds the local APIC; null when the board has none.</param>
internal sealed class ModelSpecificRegisters(
    X86State state, X86Model model, TimeStampCounter timeStamp, Func<ILocalApic?> findApic)
{
    private const uint TimeStamp = 0x10;
    private const uint ApicBase = 0x1B;
    private const uint CoreCount = 0x35;
    private const uint MicrocodeRevision = 0x8B;
    private const uint MemoryTypeCapabilities = 0xFE;
    private const uint SystemEnterSelector = 0x174;
    private const uint SystemEnterStack = 0x175;
    private const uint SystemEnterEntry = 0x176;
    private const uint MachineCheckCapabilities = 0x179;
    private const uint MachineCheckStatus = 0x17A;
    private const uint MachineCheckControl = 0x17B;
    private const uint PerformanceStatus = 0x198;
    private const uint MiscEnable = 0x1A0;
    private const uint FirstMemoryType = 0x200;
    private const uint LastMemoryType = 0x2FF;
    private const uint FirstBank = 0x400;
    private const uint BoundConfiguration = 0xD90;
    private const uint Efer = 0xC000_0080;
    private const uint Star = 0xC000_0081;
    private const uint LongStar = 0xC000_0082;
    private const uint CompatibilityStar = 0xC000_0083;
    private const uint FsBase = 0xC000_0100;
    private const uint KernelGsBase = 0xC000_0102;
    private const uint TscAux = 0xC000_0103;
    private const uint HostSave = 0xC001_0117;

    private const int Banks = 10;
    private const int RegistersOfBank = 4;
    private const ulong Capabilities = 0x0100_0100 | Banks; // MCG_CTL and recovery by software are there
    private const ulong NotPage = 0xFFF;
    private const int PhysicalAddressBits = 40;

    private readonly ulong[] _banks = new ulong[Banks * RegistersOfBank];
    private ulong _machineCheckControl;
    private ulong _boundConfiguration;

    /// <summary>RDMSR and WRMSR of Unicorn do what is right.</summary>
    public bool IsPlain(uint number) => model.Is64Bit && number is
        SystemEnterSelector or SystemEnterStack or SystemEnterEntry or MiscEnable
        or (>= FirstMemoryType and <= LastMemoryType) or (>= Efer and <= TscAux);

    /// <summary>WRMSR of Unicorn does what is right: it takes any address, where only canonical ones may be (SDM volume 2).</summary>
    public bool IsPlainWrite(uint number, ulong value) => IsPlain(number) && !IsRefusedAddress(number, value);

    /// <summary>Those that are not there read as zero.</summary>
    public ulong Read(uint number) => number switch
    {
        TimeStamp => timeStamp.Value,
        ApicBase => findApic()?.BaseRegister ?? 0,
        CoreCount => 1 << 16 | 1,
        MicrocodeRevision => model.Is64Bit ? 0x0100_0065ul : 1ul << 32,
        MemoryTypeCapabilities => model.Is64Bit ? 0x508ul : 0,
        MachineCheckCapabilities => model.Is64Bit ? Capabilities : 0,
        MachineCheckControl => _machineCheckControl,
        BoundConfiguration => _boundConfiguration,
        _ when BankRegister(number) is { } index => _banks[index],
        _ when IsUnicorns(number) => state.ReadMsr(number),
        _ => 0,
    };

    /// <summary>Writes to those that are not there do nothing.</summary>
    /// <returns>False: it is #GP instead.</returns>
    public bool TryWrite(uint number, ulong value)
    {
        switch (number)
        {
            case TimeStamp:
                timeStamp.Value = value;
                break;
            case ApicBase when findApic() is { } apic:
                apic.BaseRegister = value;
                break;
            case MachineCheckControl when model.Is64Bit && IsAllOrNothing(value):
                _machineCheckControl = value;
                break;
            case BoundConfiguration:
                _boundConfiguration = value;
                break;
            case HostSave when (value & NotPage) != 0 || value >> PhysicalAddressBits != 0:
                return false;
            case var _ when IsRefusedAddress(number, value):
                return false;
            case SystemEnterStack or SystemEnterEntry when !model.Is64Bit:
                state.WriteMsr(number, (uint)value);
                break;
            case Efer:
                state.WriteMsr(number, value & model.WritableEfer);
                break;
            case PerformanceStatus:
                break;
            default:
                if (BankRegister(number) is { } index)
                {
                    // The first of a bank enables its errors.
                    _banks[index] = index % RegistersOfBank != 0 || IsAllOrNothing(value) ? value : _banks[index];
                }
                else if (IsUnicorns(number))
                {
                    state.WriteMsr(number, value);
                }

                break;
        }

        return true;
    }

    /// <summary>Power-on; those of Unicorn are reset with its record.</summary>
    public void Reset()
    {
        timeStamp.Reset();
        _boundConfiguration = 0;
        _machineCheckControl = model.Is64Bit ? ulong.MaxValue : 0;
        for (var i = 0; i < _banks.Length; i++)
        {
            _banks[i] = i % RegistersOfBank == 0 ? ulong.MaxValue : 0;
        }
    }

    public void Save(StateWriter writer)
    {
        timeStamp.Save(writer);
        writer.Write(_boundConfiguration);
        writer.Write(_machineCheckControl);
        foreach (var value in _banks)
        {
            writer.Write(value);
        }
    }

    public void Restore(ref StateReader reader)
    {
        timeStamp.Restore(ref reader);
        _boundConfiguration = reader.ReadUInt64();
        _machineCheckControl = reader.ReadUInt64();
        foreach (ref var value in _banks.AsSpan())
        {
            value = reader.ReadUInt64();
        }
    }

    private bool IsUnicorns(uint number) => number
        is SystemEnterSelector or SystemEnterStack or SystemEnterEntry or MachineCheckStatus or PerformanceStatus or MiscEnable
        or (>= FirstMemoryType and <= LastMemoryType) or Efer or Star or HostSave
        || (model.Is64Bit && number is >= LongStar and <= TscAux);

    // AMD's processors, one of which the model is, take any address for SYSENTER.
    private bool IsRefusedAddress(uint number, ulong value) => model.Is64Bit
        && number is LongStar or CompatibilityStar or (>= FsBase and <= KernelGsBase)
        && !PageTables.IsSignExtended(value);

    private int? BankRegister(uint number) =>
        model.Is64Bit && number - FirstBank < (uint)_banks.Length ? (int)(number - FirstBank) : null;

    private static bool IsAllOrNothing(ulong value) => value is 0 or ulong.MaxValue;
}
