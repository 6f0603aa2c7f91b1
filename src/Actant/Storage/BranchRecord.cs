namespace Actant.Storage;

/// <summary>What a fork or rewind with a key made. It is known as long as its thread is there.</summary>
/// <param name="Thread">The thread that it made or took back.</param>
/// <param name="Position">The position of its entry.</param>
/// <param name="Execution">The execution that went on.</param>
/// <param name="Fingerprint">Hash of what was asked.</param>
public sealed record BranchRecord(string Thread, long Position, ExecutionId? Execution, BlobHash Fingerprint);
