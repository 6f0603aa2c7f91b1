namespace Actant.Loops;

/// <summary>Other entries stand where ours should: the thread is to be folded again.</summary>
internal sealed class PositionConflictException(ThreadKey thread, long position)
    : InvalidOperationException($"Somebody else wrote to {thread} behind position {position} under this lease.");
