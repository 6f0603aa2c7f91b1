namespace Actant.Storage;

/// <summary>Something to look at.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Thread">To which thread; <c>null</c> with <see cref="WakeupKind.WorkIsReady"/>.</param>
/// <param name="Execution">To which execution, with <see cref="WakeupKind.Progressed"/>.</param>
public readonly record struct Wakeup(WakeupKind Kind, ThreadKey? Thread = null, ExecutionId? Execution = null);
