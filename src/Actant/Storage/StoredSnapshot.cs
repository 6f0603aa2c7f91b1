namespace Actant.Storage;

/// <summary>A stored fold.</summary>
/// <param name="Position">The last entry that is folded in.</param>
/// <param name="FoldVersion">Which fold made it; another one ignores it.</param>
/// <param name="Content">The fold's own form.</param>
public sealed record StoredSnapshot(long Position, int FoldVersion, ReadOnlyMemory<byte> Content);
