namespace Reprise.TimeTravel.Travel;

/// <summary>A run came to another state than it did the first time; the message says where.</summary>
public sealed class DivergenceException(string message) : Exception(message);
