namespace Actant.Benchmarks.Peers;

/// <summary>A peer cannot be measured here; the message says why.</summary>
internal sealed class PeerMissingException(string message) : Exception(message);
