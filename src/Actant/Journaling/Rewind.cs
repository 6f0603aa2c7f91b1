namespace Actant.Journaling;

/// <summary>A rewind: the entry at <paramref name="At"/> went back to <paramref name="To"/>.</summary>
internal sealed record Rewind(long At, long To);
