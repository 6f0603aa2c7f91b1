namespace Actant.Storage;

/// <summary>The caller's key of a fork or a rewind: a second one with it is <see cref="BranchOutcome.KeyKnown"/>.</summary>
/// <param name="Key">Up to 255 characters. Keys of forks and rewinds are not those of submissions.</param>
/// <param name="Fingerprint">Hash of what was asked.</param>
public sealed record BranchKey(string Key, BlobHash Fingerprint);
