using MessagePack;
using Reprise.TimeTravel.Travel;

namespace Reprise.TimeTravel.Recording;

/// <summary>
/// Says that what follows belongs to a branch: a new one if the number is the next, else one that was there before.
/// </summary>
/// <param name="Number">The branch; the first is 0.</param>
/// <param name="Parent">Where it forks from; 0 for the first.</param>
/// <param name="ForkPosition">Up to which position it is its parent; 0 for the first.</param>
public sealed record BranchRecord(uint Number, uint Parent, ulong ForkPosition) : IRecord<BranchRecord>
{
    public static BranchRecord Of(History branch) =>
        new((uint)branch.Number, (uint)(branch.Parent?.Number ?? 0), branch.ForkPosition);

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(Number);
        writer.Write(Parent);
        writer.Write(ForkPosition);
    }

    public static BranchRecord Read(ref MessagePackReader reader)
    {
        RecordPayload.ReadFieldCount(ref reader, 3);
        return new BranchRecord(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt64());
    }
}
