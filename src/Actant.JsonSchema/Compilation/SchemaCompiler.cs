using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// Turns locations into nodes: (1) scan the document, (2) compile every schema of it and whatever those refer to, from a
/// work list, (3) compile the dynamic anchors of all resources seen, until none is new, (4) look for endless references.
/// </summary>
internal sealed class SchemaCompiler
{
    private readonly Dictionary<SchemaLocation, SchemaNode> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<SchemaNode> _pending = new();
    private readonly ProblemList _problems;
    private readonly SchemaRegistry _registry;

    public SchemaCompiler(JsonSchemaOptions options)
    {
        Options = options;
        _problems = new ProblemList(options.MaxProblems);
        _registry = new SchemaRegistry(options, _problems);
        References = new ReferenceResolver(_registry);
    }

    public JsonSchemaOptions Options { get; }

    public ReferenceResolver References { get; }

    public PatternCache Patterns { get; } = new();

    public bool UsesDynamicScope { get; set; }

    public IReadOnlyList<SchemaProblem> Problems => _problems.Problems;

    public SchemaNode? Compile(JsonElement schema)
    {
        var document = _registry.Add(schema, UriReference.Anonymous, "");
        if (!document.Locations.TryGetValue("", out var root))
        {
            return null;
        }

        var node = NodeAt(root);
        foreach (var location in document.Locations.Values.ToList())
        {
            NodeAt(location);
        }

        CompilePending();
        while (CompileDynamicAnchors())
        {
            CompilePending();
        }

        if (_problems.IsFull)
        {
            return null;
        }

        EndlessReferences.Find(_nodes.Values, _problems);
        return node;
    }

    /// <summary>The node of a location; compiled later if it is new.</summary>
    public SchemaNode NodeAt(SchemaLocation location)
    {
        if (!_nodes.TryGetValue(location, out var node))
        {
            node = new SchemaNode(location);
            _nodes.Add(location, node);
            _pending.Enqueue(node);
        }

        return node;
    }

    private bool CompileDynamicAnchors()
    {
        if (!UsesDynamicScope)
        {
            return false;
        }

        foreach (var resource in _registry.Resources)
        {
            foreach (var (name, location) in resource.DynamicAnchors)
            {
                resource.DynamicNodes[name] = NodeAt(location);
            }
        }

        return _pending.Count > 0;
    }

    private void CompilePending()
    {
        while (_pending.TryDequeue(out var node) && !_problems.IsFull)
        {
            Compile(node);
        }
    }

    private void Compile(SchemaNode node)
    {
        switch (node.Location.Element.ValueKind)
        {
            case JsonValueKind.True:
                node.Complete([]);
                break;
            case JsonValueKind.False:
                node.CompleteNever(new NeverKeyword(new KeywordSite(node.Location, "false")));
                break;
            case JsonValueKind.Object:
                var reader = new SchemaReader(node.Location, this, _problems);
                var dialect = node.Location.Resource.Dialect;
                ReferenceKeywords.Read(reader);
                if (dialect.Validation)
                {
                    ValueKeywords.Read(reader);
                    NumberKeywords.Read(reader);
                    StringKeywords.Read(reader);
                    SizeKeywords.Read(reader);
                }

                FormatKeywords.Read(reader, Options.AssertFormats || dialect.FormatAssertion);
                if (dialect.Applicator)
                {
                    ObjectKeywords.Read(reader);
                    ArrayKeywords.Read(reader);
                    LogicKeywords.Read(reader);
                }

                if (dialect.Unevaluated)
                {
                    UnevaluatedKeywords.Read(reader);
                }

                node.Complete(reader.Keywords);
                break;
            default:
                _problems.Add(node.Location.Path, $"expected a schema (object or boolean), found {JsonDescription.Found(node.Location.Element)}");
                break;
        }
    }
}
