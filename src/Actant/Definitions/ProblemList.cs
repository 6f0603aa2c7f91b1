namespace Actant.Definitions;

/// <summary>Collects problems up to a bound, each once.</summary>
internal sealed class ProblemList
{
    private readonly List<DefinitionProblem> _items = [];

    public ProblemList(IEnumerable<DefinitionProblem>? known = null) => _items.AddRange(known ?? []);

    public IReadOnlyList<DefinitionProblem> Items => _items;

    /// <summary>Nothing more is reported, so nothing more need be looked for.</summary>
    public bool IsFull => _items.Count >= DefinitionBounds.Problems;

    public void Add(string path, string code, string message)
    {
        var problem = new DefinitionProblem(path, code, message);
        if (IsFull || _items.Contains(problem))
        {
            return;
        }

        _items.Add(_items.Count < DefinitionBounds.Problems - 1
            ? problem
            : new DefinitionProblem("$", DefinitionErrors.TooManyProblems, "There are more problems; mend these first."));
    }

    /// <summary>Whether something at this place or inside it is reported: what follows from it would only be noise.</summary>
    public bool Covers(string path) => _items.Exists(problem =>
        problem.Path.StartsWith(path, StringComparison.Ordinal)
        && (problem.Path.Length == path.Length || problem.Path[path.Length] is '.' or '['));
}
