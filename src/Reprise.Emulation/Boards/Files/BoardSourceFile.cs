namespace Reprise.Emulation.Boards.Files;

/// <summary>A file that a board was read from; a recording keeps them all.</summary>
/// <param name="Name">As it is named: by the user for the first one, without folders; by another file for the rest.</param>
/// <param name="Text">All of it.</param>
public sealed record BoardSourceFile(string Name, string Text);
