using Reprise.Emulation.Boards.Files;
using Reprise.Emulation.Boards.Svd;

namespace Reprise.Emulation.Boards;

/// <summary>What a board file says, checked as far as it can be without building anything.</summary>
/// <param name="Name">The board's name: that of its file.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="Cpu">Its processor.</param>
/// <param name="Memory">Its RAM and flash.</param>
/// <param name="Devices">In the order of their state.</param>
/// <param name="Unimplemented">What reads as zero where nothing else answers.</param>
/// <param name="Tags">Names of addresses, for whoever reads about an access.</param>
/// <param name="Registers">Registers that no device models.</param>
/// <param name="Files">What it was read from, its own file first.</param>
internal sealed record BoardFile(
    string Name,
    string Description,
    CpuDescription Cpu,
    IReadOnlyList<MemoryDescription> Memory,
    IReadOnlyList<DeviceDescription> Devices,
    IReadOnlyList<AddressRange> Unimplemented,
    IReadOnlyList<AddressRange> Tags,
    NamedRegisters Registers,
    IReadOnlyList<BoardSourceFile> Files)
{
    /// <exception cref="BoardFileException">The file, or one that it names, is not what it should be.</exception>
    public static BoardFile Read(IBoardSource source, string name)
    {
        var files = new BoardFileSet(source);
        var fields = new BoardFields(files.ReadBoard(name), "a board");
        fields.Find("extends");
        var memory = MemoryDescription.ReadAll(fields);
        var cpu = CpuDescription.Read(fields.Map("cpu"));
        var devices = DeviceDescription.ReadAll(fields, memory, cpu);
        var board = new BoardFile(
            BoardFileName.BoardOf(name),
            fields.Text("description", ""),
            cpu,
            memory,
            devices,
            [.. AddressRange.ReadAll(fields, "unimplemented", cpu.PageSize)],
            [.. AddressRange.ReadAll(fields, "tags", unit: 1)],
            NamedRegisters.Read(fields, files, DeviceDescription.Taken(devices, memory, cpu), cpu.PageSize),
            files.Files);
        fields.Finish();
        return board;
    }
}
