using System.Runtime.InteropServices;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Instructions that Unicorn can't translate and gives up on (<see cref="TranslatorAborts"/>). The run then ends before the block
/// that has one; what is before it there runs as a shorter block, and the instruction itself is an invalid one.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private readonly Func<nint> _giveUp;
    private readonly nint* _wayOut;
    private bool _hasGivenUp;
    private ulong _limitsNextBlock;

    private UnicornError Start(ulong address, ulong until)
    {
        if (_translation is null || _wayOut[1] == 0)
        {
            return _unicorn.Start(address, until); // only x86 has such instructions
        }

        TranslatorAborts.Follow(_giveUp);
        try
        {
            return _unicorn.Start(address, until);
        }
        finally
        {
            TranslatorAborts.Follow(null);
        }
    }

    private nint GiveUp()
    {
        _hasGivenUp = true;
        _unicorn.Stop();
        return (nint)_wayOut;
    }

    /// <summary>Nothing of the next block has run.</summary>
    /// <returns>Whether its first instruction is the one that can't be translated.</returns>
    /// <exception cref="UnicornException">It is another block than the decoder knows of.</exception>
    private bool IsAtUntranslatable()
    {
        var address = _decoder.ReadProgramCounter(_unicorn);
        for (var before = 0ul; before < CpuInternals.LongestBlock; before++)
        {
            var code = _guestCode.At(address);
            if (code.IsEmpty)
            {
                break;
            }

            var length = _decoder.Length(code);
            if (code.Length >= length && _decoder.CantBeTranslated(code[..length]))
            {
                _limitsNextBlock = before;
                return before == 0;
            }

            address += (ulong)length;
        }

        throw Untranslatable();
    }

    private static UnicornException Untranslatable() =>
        new("uc_emu_start: the code at the program counter can't be translated", UnicornError.Exception);
}
