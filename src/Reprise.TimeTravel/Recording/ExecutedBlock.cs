namespace Reprise.TimeTravel.Recording;

/// <summary>A block that ran: <paramref name="Size"/> bytes of code from <paramref name="Address"/> on.</summary>
public readonly record struct ExecutedBlock(uint Address, uint Size);
