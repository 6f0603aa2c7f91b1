using System.Runtime.InteropServices;

namespace Actant.Graphs;

/// <summary>The numbers of the regions around something, compared by value.</summary>
internal readonly struct Numbers : IEquatable<Numbers>
{
    private readonly int[] _values;
    private readonly int _count;

    public Numbers(ReadOnlySpan<int> values)
        : this(values.ToArray(), values.Length)
    {
    }

    private Numbers(int[] values, int count)
    {
        _values = values;
        _count = count;
    }

    public static Numbers None => new([], 0);

    private ReadOnlySpan<int> Span => _values.AsSpan(0, _count);

    public Numbers Take(int count) => new(_values, Math.Min(count, _count));

    public Numbers Add(int number) => new([.. Span, number], _count + 1);

    public int[] ToArray() => Span.ToArray();

    public bool Equals(Numbers other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is Numbers other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(Span));
        return hash.ToHashCode();
    }
}
