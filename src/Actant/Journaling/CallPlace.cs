namespace Actant.Journaling;

/// <summary>Where a call was demanded: what results are ordered by, in whatever order the calls end.</summary>
/// <param name="Position">The entry that demanded it.</param>
/// <param name="Index">Its place in that entry's answer.</param>
internal sealed record CallPlace(long Position, int Index)
{
    /// <summary>The order of the calls.</summary>
    public static IComparer<CallPlace> Order { get; } = Comparer<CallPlace>.Create(static (left, right) =>
        left.Position != right.Position ? left.Position.CompareTo(right.Position) : left.Index.CompareTo(right.Index));
}
