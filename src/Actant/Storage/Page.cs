namespace Actant.Storage;

/// <summary>A page of a listing.</summary>
/// <param name="Items">The items.</param>
/// <param name="Cursor">Where the next page starts; <c>null</c> at the end. Opaque.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Cursor);
