namespace Actant.Storage;

/// <summary>
/// Threads under which sessions end unreleased, again and again: any of them may be what kills the processes, and the others only died
/// with it. Such threads are quarantined: they run in smaller and smaller groups, so that the innocent store a step soon, which clears
/// them, and the guilty one is alone in the end. Only deaths that nothing else as suspicious shared are held against it; what is touched
/// between the end of its session and the next take or renewal may be left out of that count.
/// </summary>
public static class Quarantine
{
    /// <summary>A thread is quarantined from so many sessions in a row on that ended under it without a stored step.</summary>
    public const int From = 2;

    /// <summary>With how many quarantined threads, itself included, a thread may be held by one session after so many such ends: 8, then 4, then none but itself.</summary>
    public static int GroupOf(int crashes) => crashes switch
    {
        < From => int.MaxValue,
        From => 8,
        From + 1 => 4,
        _ => 1,
    };

    /// <summary>Whether a session that ended under these threads held one alone: no other of them had been there at as many ends, counted up to <see cref="From"/>.</summary>
    /// <param name="crashes">Of the thread.</param>
    /// <param name="held">How many of the session's threads, itself included, had at least 0, 1, … <see cref="From"/>.</param>
    public static bool IsAlone(int crashes, ReadOnlySpan<int> held) => held[Math.Min(crashes, From)] == 1;
}
