using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

// Goal: the instruction that makes an access to a device, in a few host instructions.
//
// Unicorn notes where the translation of the access goes on. An exported function works out the guest's address from it,
// by searching; what it found is remembered for as long as translated code stays where it is.
//
// Invariant: an address of translated code means the same until all of it is dropped: Unicorn takes its memory again only
// then, and counts how often it did.

/// <summary>Remembers which instructions make accesses.</summary>
internal sealed unsafe class AccessOrigins
{
    private const int Length = 1024;

    /// <summary>Bytes of host code that an instruction with two accesses has at most.</summary>
    private const int LongestTranslation = 256;

    private readonly UnicornEngine _unicorn;
    private readonly CpuInternals _cpu;
    private readonly IInstructionDecoder _decoder;
    private readonly GuestCode _code;
    private readonly BlockTable _blocks;
    private readonly AccessOrigin[] _known = new AccessOrigin[Length];
    private readonly int _field;
    private uint _flushes;

    public AccessOrigins(
        UnicornEngine unicorn, CpuInternals cpu, IInstructionDecoder decoder, GuestCode code, BlockTable blocks)
    {
        _unicorn = unicorn;
        _cpu = cpu;
        _decoder = decoder;
        _code = code;
        _blocks = blocks;
        if (cpu.Length > 0 && ReturnAddressField.Of(unicorn) is { } field && field < cpu.Length)
        {
            _field = field;
            _flushes = cpu.Flushes;
            AreKnown = true;
        }
    }

    /// <summary>False: Unicorn does not say; <see cref="Find"/> can't be called.</summary>
    public bool AreKnown { get; }

    /// <summary>Where translated code goes on behind the access that the callback that runs now is for.</summary>
    public nint ReturnAddress => _cpu.Word(_field);

    /// <summary>The instruction whose access the callback that runs now is for.</summary>
    /// <param name="block">The block that runs.</param>
    public ref readonly AccessOrigin Find(BlockEntry* block)
    {
        if (_flushes != _cpu.Flushes)
        {
            _flushes = _cpu.Flushes;
            Array.Clear(_known);
        }

        var address = ReturnAddress;
        ref var origin = ref _known[(int)(address ^ address >> 10) & (Length - 1)];
        if (origin.ReturnAddress != address || origin.Block != block)
        {
            if (!_cpu.TryRestore(address))
            {
                throw new InvalidOperationException("an access to a device comes from no translated code");
            }

            origin.ReturnAddress = address;
            origin.Block = block;
            origin.ProgramCounter = _decoder.ReadProgramCounter(_unicorn);
            origin.Index = _blocks.IndexOf(block, origin.ProgramCounter);
            origin.IsStubborn = _decoder.RepairAfterFill(_unicorn, _code.At(origin.ProgramCounter));
        }

        return ref origin;
    }

    /// <summary>
    /// Whether the instruction of the access that the callback that runs now is for has another access before it. Changes
    /// the program counter and what goes with it, as <see cref="Find"/> does.
    /// </summary>
    public bool IsSecond(TranslatedCode translated)
    {
        var end = ReturnAddress;
        if (!_cpu.TryRestore(end))
        {
            return false;
        }

        var instruction = _decoder.ReadProgramCounter(_unicorn);
        var lookups = 0;
        for (var from = end - LongestTranslation; translated.NextLookup(from) is { } lookup && lookup < end; from = lookup + 1)
        {
            lookups += _cpu.TryRestore(lookup + 1) && _decoder.ReadProgramCounter(_unicorn) == instruction ? 1 : 0;
        }

        _cpu.TryRestore(end);
        return lookups > 1;
    }
}
