using Actant.Storage;
namespace Actant.InMemory;

/// <summary>What a fork or rewind with a key made, and on which thread.</summary>
internal sealed record InMemoryBranchKey(InMemoryThread Thread, BranchRecord Record);
