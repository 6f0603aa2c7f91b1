using Actant.Storage;

namespace Actant.Journaling;

/// <summary>A value that is too large for an entry.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record Blob(BlobHash Hash, ReadOnlyMemory<byte> Content);
