namespace Actant.Testing.Graphs;

/// <summary>
/// Says how everything turns out: the same question in the same run always has the same answer, in whatever order it is asked.
/// </summary>
public sealed class OutcomeOracle
{
    private readonly uint _seed;
    private readonly int _failures;
    private readonly int _conditions;

    public OutcomeOracle(int seed)
    {
        _seed = (uint)seed;
        _failures = new[] { 0, 0, 4, 15 }[Pick("failures", 4)];
        _conditions = Pick("conditions", 4);
    }

    public bool Fails(string activation, int attempt) => Pick($"{activation}!{attempt}", 100) < _failures;

    public bool Holds(string activation, int edge, int count) =>
        Pick($"{activation}>{edge}/{count}", 100) < 15 + (15 * _conditions) + Pick($"edge {edge}", 40);

    /// <summary>One of so many possibilities.</summary>
    public int Pick(string question, int possibilities)
    {
        var hash = 2166136261u ^ (_seed * 2654435769u);
        foreach (var letter in question)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
        return (int)((hash ^ (hash >> 16)) % (uint)possibilities);
    }
}
