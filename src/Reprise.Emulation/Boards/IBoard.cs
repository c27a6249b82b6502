using Reprise.Emulation.Devices;
using Reprise.Emulation.Machines;

namespace Reprise.Emulation.Boards;

/// <summary>A board: what it has, and where. One file each; <see cref="BoardCatalog"/> finds them.</summary>
public interface IBoard
{
    /// <summary>QEMU's name of the machine.</summary>
    string Name { get; }

    /// <summary>One line for a list.</summary>
    string Description { get; }

    /// <summary>Instructions a second unless the user says otherwise, in Hz.</summary>
    ulong DefaultClock { get; }

    /// <summary>New parts in their power-on state, memory all zero.</summary>
    MachineParts Build(BoardOptions options, IOutputSink output);
}
