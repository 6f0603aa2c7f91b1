namespace Actant.Storage;

/// <summary>Something to look at.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Thread">To which thread; <c>null</c> with <see cref="WakeupKind.WorkIsReady"/>.</param>
public readonly record struct Wakeup(WakeupKind Kind, ThreadKey? Thread = null);
