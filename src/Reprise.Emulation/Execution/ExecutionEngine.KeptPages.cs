using Reprise.Emulation.Memory;
using Reprise.Unicorn;

namespace Reprise.Emulation.Execution;

/// <content>
/// Pages that stay in the TLB though each access to them is a callback, so that it costs no more than that: of devices, for
/// firmware that polls, and of memory that an MPU has different rights for, as guards of stacks make. Which instruction
/// makes an access is known from where its translation goes on (<see cref="AccessOrigins"/>).
/// An instruction that can't be left in the middle must miss the TLB (see the other half), so while a block that may
/// have one runs, no page is kept: the block's own code looks whether one is and then takes the slow path, which forgets
/// them. A block that begins in an IT block by the state of the CPU alone, as a handler may return to it, is the first of a
/// run, since what sets that state ends one.
/// </content>
public sealed unsafe partial class ExecutionEngine
{
    private const int MostKeptPages = 32;

    /// <summary>Accesses that are made the other way behind a block that kept pages were forgotten for.</summary>
    private const int Reluctance = 16;

    private readonly (ulong Address, ulong Target, int Page)[] _keptPages = new (ulong, ulong, int)[MostKeptPages];
    private readonly AccessOrigins _origins;
    private bool _keepsPages;
    private int _notToKeep;
    private ulong? _stubbornStart;

    /// <summary>Pages stay in the TLB where they can. Nothing but speed depends on it.</summary>
    public bool KeepsPages => _keepsPages;

    private void NoteStubbornStart()
    {
        _stubbornStart = null;
        if (_keepsPages && _decoder.IsStubborn(_unicorn))
        {
            _stubbornStart = Position;
            ForgetKeptPages();
        }
    }

    /// <summary>Whether a page may stay in the TLB: one of memory, by its number, or, with -1, a device's.</summary>
    private bool CanKeep(ulong address, int page, bool isStubborn)
    {
        var block = _state->Current;
        if (!_origins.AreKnown || isStubborn || _translation is not null
            || !TunesTranslations || TunedBlocks == 0 || (page < 0 && !_bus.Answers(address))
            || block is null || block->HasStubborn || _state->Position - block->Count == _stubbornStart)
        {
            return false;
        }

        if (_notToKeep > 0)
        {
            _notToKeep--;
            return false;
        }

        if (!_keepsPages)
        {
            // Tuned blocks look for kept pages since they were made, the others are kept out of the table from here on.
            _keepsPages = true;
            _blocks.KeepsStubbornOut = true;
            _blocks.RaiseEpoch();
        }

        return true;
    }

    private bool FillKept(ulong address, ulong target, int page, TlbEntry* entry)
    {
        var kept = _keptPages.AsSpan(0, (int)_state->KeptPages);
        var slot = kept.IndexOf((address, target, page));
        if (slot < 0)
        {
            if (kept.Length == MostKeptPages)
            {
                ForgetKeptPages();
                _notToKeep = 0;
            }

            slot = (int)_state->KeptPages++;
            _keptPages[slot] = (address, target, page);
        }

        entry->PhysicalAddress = AliasAddress(AliasPages + ScanPages.Capacity + slot);
        entry->Permissions = PagePermissions.Read | PagePermissions.Write;
        return true;
    }

    private void ForgetKeptPages()
    {
        var kept = _keptPages.AsSpan(0, (int)_state->KeptPages);
        if (kept.IsEmpty)
        {
            return;
        }

        foreach (var (address, _, _) in kept)
        {
            if (!_cpu.TryFlushPage(address))
            {
                FlushTlb();
                break;
            }
        }

        _notToKeep = Reluctance;
        _state->KeptPages = 0;
    }

    private uint AccessKept(ulong offset, int size, uint value, MemoryAccess access)
    {
        var block = _state->Current;
        ref readonly var origin = ref _origins.Find(block);
        _accessPc = origin.ProgramCounter;
        _accessPosition = _state->Position - block->Count + origin.Index;
        var (address, target, page) = _keptPages[offset / RamRegion.Alignment];
        var inPage = offset % RamRegion.Alignment;
        return Access(address + inPage, target + inPage, page, size, value, access);
    }
}
