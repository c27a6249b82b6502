namespace Reprise.Emulation.Catalogs;

/// <summary>
/// Marks a static partial method that makes one instance of every class of its assembly that is of its array's type: boards,
/// commands, packets. Adding one is adding its file; the compiler writes the list (<c>eng/Reprise.Catalogs</c>).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CatalogAttribute : Attribute;
