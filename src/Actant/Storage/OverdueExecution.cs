namespace Actant.Storage;

/// <summary>An execution that has not begun and shall not any more: its deadline has passed.</summary>
/// <param name="Thread">The thread in whose queue it stands.</param>
/// <param name="Execution">Which one.</param>
/// <param name="Deadline">When it should have ended.</param>
public sealed record OverdueExecution(ThreadKey Thread, ExecutionId Execution, DateTimeOffset Deadline);
