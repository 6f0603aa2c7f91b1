namespace Actant.DurableStores;

/// <summary>
/// The parts of a batch that are committed together: first the whole; a part that fails for one of its writes is halved until that one
/// stands alone. A mutable value, so that the batch that nothing fails in costs nothing.
/// </summary>
/// <param name="count">How many writes the batch has.</param>
internal struct Halving(int count)
{
    private Stack<(int Start, int Count)>? _rest;
    private bool _begun;

    /// <summary>Where the part begins.</summary>
    public int Start { get; private set; }

    /// <summary>How many writes it has.</summary>
    public int Count { get; private set; } = count;

    /// <summary>Goes to the next part; <c>false</c> when all have had their turn.</summary>
    public bool MoveNext()
    {
        if (!_begun)
        {
            _begun = true;
            return Count > 0;
        }

        if (_rest is null || !_rest.TryPop(out var next))
            return false;
        (Start, Count) = next;
        return true;
    }

    /// <summary>Instead of this part its halves come next, the first one first. <c>false</c> when it is one write alone.</summary>
    public bool TryHalve()
    {
        if (Count == 1)
            return false;
        _rest ??= [];
        var half = Count / 2;
        _rest.Push((Start + half, Count - half));
        _rest.Push((Start, half));
        return true;
    }
}
