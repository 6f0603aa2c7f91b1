namespace Actant.Definitions;

/// <summary>Collects problems up to 100, each once.</summary>
public sealed class ProblemList
{
    private readonly List<DefinitionProblem> _items = [];

    /// <summary>A list that holds what is known already.</summary>
    public ProblemList(IEnumerable<DefinitionProblem>? known = null) => _items.AddRange(known ?? []);

    /// <summary>The problems; when there are more than 100, the last one says so.</summary>
    public IReadOnlyList<DefinitionProblem> Items => _items;

    /// <summary>Nothing more is reported, so nothing more need be looked for.</summary>
    public bool IsFull => _items.Count >= DefinitionBounds.Problems;

    /// <summary>Adds a problem, unless the very same one is there.</summary>
    public void Add(string path, string code, string message) => Add(new DefinitionProblem(path, code, message));

    internal void Add(IEnumerable<DefinitionProblem> problems)
    {
        foreach (var problem in problems)
        {
            Add(problem);
        }
    }

    private void Add(DefinitionProblem problem)
    {
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
