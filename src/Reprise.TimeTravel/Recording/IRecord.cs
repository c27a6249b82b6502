using MessagePack;

namespace Reprise.TimeTravel.Recording;

/// <summary>A record that stands in a block's payload as one MessagePack array with a fixed number of fields.</summary>
public interface IRecord<TSelf>
    where TSelf : IRecord<TSelf>
{
    /// <exception cref="ArgumentException">A list that the format wants sorted is not.</exception>
    void Write(ref MessagePackWriter writer);

    /// <exception cref="MessagePackSerializationException">The bytes hold no such record.</exception>
    static abstract TSelf Read(ref MessagePackReader reader);
}
