namespace Actant.Expressions.Syntax;

/// <summary>Gathers the paths that a source reads, each once.</summary>
internal sealed class ReferenceCollector
{
    private readonly HashSet<string> _known = [];
    private readonly List<ExpressionReference> _references = [];

    public IReadOnlyList<ExpressionReference> References => _references;

    public void Add(string root, IReadOnlyList<string> keys, int position)
    {
        // Lengths keep keys apart that contain any separator.
        if (_known.Add($"{root}/{string.Join('/', keys.Select(static key => $"{key.Length}:{key}"))}"))
        {
            _references.Add(new ExpressionReference(root, keys, position));
        }
    }
}
