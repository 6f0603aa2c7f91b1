namespace Actant.Schemas;

/// <summary>All problems of a schema, up to a bound so that a hostile schema cannot buy a huge report.</summary>
internal sealed class ProblemList(int maxProblems)
{
    private readonly List<SchemaProblem> _problems = [];
    private bool _isFinal;

    public IReadOnlyList<SchemaProblem> Problems => _problems;

    /// <summary>Whether there is no point in looking for more.</summary>
    public bool IsFull => _isFinal || _problems.Count >= maxProblems;

    public void Add(string path, string message)
    {
        if (!IsFull)
        {
            _problems.Add(new SchemaProblem(path, message));
        }
    }

    /// <summary>A bound of the whole compilation was reached: going on would cost what the bound is there to save.</summary>
    public void AddFinal(string path, string message)
    {
        Add(path, message);
        _isFinal = true;
    }
}
