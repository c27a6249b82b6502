namespace Reprise.Emulation.Devices;

/// <summary>A screen that may show characters.</summary>
public interface ITextScreen : IScreen
{
    /// <summary>Its lines at this moment, each ended by '\n', without blanks at their ends; null while it shows a picture.</summary>
    string? Text { get; }
}
