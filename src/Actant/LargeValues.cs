namespace Actant;

/// <summary>
/// What is made of values of megabytes: each leaves several times its own size to the collector, which by itself comes only when the heap has
/// grown by as much as lives in it. Here it is asked to come, in the background, whenever so much was made.
/// </summary>
internal static class LargeValues
{
    /// <summary>What is smaller is collected with everything else.</summary>
    private const long Least = 1024 * 1024;

    private const long MostBetween = 64 * 1024 * 1024;

    private static long s_made;

    /// <summary>A value of so many bytes was built, written or read.</summary>
    public static void Made(long bytes)
    {
        if (bytes < Least || Interlocked.Add(ref s_made, bytes) is var made && made < MostBetween)
        {
            return;
        }

        // Whoever comes first.
        if (Interlocked.CompareExchange(ref s_made, 0, made) == made)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: false, compacting: false);
        }
    }
}
