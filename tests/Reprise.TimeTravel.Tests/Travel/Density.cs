namespace Reprise.TimeTravel.Tests.Travel;

/// <summary>How many snapshots a timeline has to go back from; nothing but speed may depend on it.</summary>
public enum Density
{
    /// <summary>An interval every few thousand instructions.</summary>
    Dense,

    /// <summary>One interval, as long as the history.</summary>
    Sparse,

    /// <summary>Short intervals, but no room for any snapshot but the first.</summary>
    Dropped,
}
