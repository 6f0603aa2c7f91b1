namespace Actant;

/// <summary>How much memory something takes that was made, from above: what was allocated for it, and not what of that is kept.</summary>
internal static class Allocations
{
    /// <summary>Makes something, on this thread alone.</summary>
    public static (T Made, long Bytes) Of<T>(Func<T> make)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var made = make();
        return (made, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
