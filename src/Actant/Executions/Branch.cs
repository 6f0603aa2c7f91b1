namespace Actant.Executions;

/// <summary>A thread that was forked or rewound.</summary>
/// <param name="Thread">The thread to go on with.</param>
/// <param name="Position">Its last position.</param>
/// <param name="Execution">The execution that goes on there, if one was open at that position and was asked to go on.</param>
public sealed record Branch(ThreadKey Thread, long Position, ExecutionId? Execution);
