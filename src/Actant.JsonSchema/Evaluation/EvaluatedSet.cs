namespace Actant.Schemas;

/// <summary>
/// Which properties or items of one instance location some keyword has looked at, by position. Only tracked below a
/// schema with <c>unevaluatedProperties</c> or <c>unevaluatedItems</c>; up to 64 positions cost no allocation.
/// </summary>
internal struct EvaluatedSet
{
    private ulong _low;
    private ulong[]? _high;
    private bool _all;

    public bool IsTracking { get; private init; }

    public static EvaluatedSet Tracking => new() { IsTracking = true };

    public void AddAll() => _all = true;

    public void Add(int position)
    {
        if (position < 64)
        {
            _low |= 1UL << position;
            return;
        }

        var word = (position / 64) - 1;
        if (_high is null || word >= _high.Length)
        {
            Array.Resize(ref _high, Math.Max(word + 1, 2 * (_high?.Length ?? 1)));
        }

        _high[word] |= 1UL << (position % 64);
    }

    public readonly bool Contains(int position)
    {
        if (_all || position < 64)
        {
            return _all || (_low & (1UL << position)) != 0;
        }

        var word = (position / 64) - 1;
        return _high is not null && word < _high.Length && (_high[word] & (1UL << (position % 64))) != 0;
    }

    public void UnionWith(EvaluatedSet other)
    {
        _all |= other._all;
        _low |= other._low;
        if (other._high is null)
        {
            return;
        }

        if (_high is null || _high.Length < other._high.Length)
        {
            Array.Resize(ref _high, other._high.Length);
        }

        for (var i = 0; i < other._high.Length; i++)
        {
            _high[i] |= other._high[i];
        }
    }
}
