using Reprise.Emulation.Execution;
using Reprise.Unicorn;

namespace Reprise.Emulation.Cpus.X86;

/// <summary>Which exception an access raises that the engine could not make.</summary>
/// <param name="state">The registers.</param>
/// <param name="tables">The page tables.</param>
/// <param name="code">The instruction that made it.</param>
/// <param name="systemAccesses">Those that have no user's rights.</param>
internal sealed class AccessFaults(X86State state, PageTables tables, CurrentCode code, SystemAccesses systemAccesses)
{
    private readonly OperandAddresses _addresses = new(state);

    public GuestFault FaultOf(EngineExit exit)
    {
        var pc = code.ProgramCounter;
        var address = exit.Access == MemoryAccess.Fetch ? Math.Max(exit.Address, pc) : exit.Address;
        var asUser = state.PrivilegeLevel == 3 && !systemAccesses.Contains(address);
        if (tables.TryAccess(address, exit.Access, asUser, out _, out _))
        {
            // Code where nothing is: the open bus reads FF FF, which is no instruction.
            return new GuestFault(GuestFault.InvalidOpcode);
        }

        if (!tables.IsCanonical(address))
        {
            var isOnStack = exit.Access != MemoryAccess.Fetch && _addresses.IsOnStack(code.Instruction, address);
            return new GuestFault(isOnStack ? GuestFault.Stack : GuestFault.Protection);
        }

        address = exit.Access == MemoryAccess.Fetch ? address : _addresses.FindFault(code.Instruction, address);
        return GuestFault.Page(address, tables.ErrorOf(address, exit.Access, asUser));
    }
}
