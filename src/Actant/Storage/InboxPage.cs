namespace Actant.Storage;

/// <summary>Some of a thread's signals, and how far they reach.</summary>
/// <param name="Signals">By number.</param>
/// <param name="SignalNumber">The thread's signal number at this moment; 0 without the thread.</param>
/// <param name="IsMore">Whether more follow behind the last one. If not, all up to <paramref name="SignalNumber"/> that is to be read has been.</param>
public sealed record InboxPage(IReadOnlyList<InboxSignal> Signals, long SignalNumber, bool IsMore)
{
    /// <summary>About how many bytes of bodies one page has: it ends behind the signal with which there are as many.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>A thread that is not there.</summary>
    public static InboxPage Empty { get; } = new([], 0, false);
}
