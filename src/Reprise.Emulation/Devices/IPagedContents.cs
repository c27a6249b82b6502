using Reprise.Emulation.Memory;

namespace Reprise.Emulation.Devices;

/// <summary>A device that holds so much that its snapshots share what did not change. Its own state leaves that out.</summary>
public interface IPagedContents
{
    /// <summary>What it holds; null for nothing. Restored before the device's own state.</summary>
    PagedStore? Contents { get; }
}
