using Actant.Storage;

namespace Actant.Journaling;

/// <summary>An entry ready for a store.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Blob">What must be stored before it, if anything.</param>
internal readonly record struct EncodedBatchItem(EncodedEntry Entry, Blob? Blob);
