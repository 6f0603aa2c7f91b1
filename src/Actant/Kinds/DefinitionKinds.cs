using System.Collections.Frozen;
using Actant.Definitions;
using Actant.Validation;

namespace Actant.Kinds;

/// <summary>The kinds of definitions that this process knows: agents, and what was added.</summary>
internal sealed class DefinitionKinds
{
    private const int LongestName = 64;

    private readonly FrozenDictionary<string, IDefinitionKind> _kinds;

    /// <exception cref="ArgumentException">Two kinds have one name, or a name is none.</exception>
    public DefinitionKinds(IEnumerable<IDefinitionKind>? added)
    {
        var kinds = new Dictionary<string, IDefinitionKind>(StringComparer.Ordinal);
        foreach (var kind in (added ?? []).Prepend(new AgentKind()))
        {
            if (!IsName(kind.Name))
            {
                throw new ArgumentException($"The name of a kind of definitions has 1 to {LongestName} of a to z, 0 to 9, - and _; `{kind.Name}` is none.", nameof(added));
            }

            if (!kinds.TryAdd(kind.Name, kind))
            {
                throw new ArgumentException($"There are two kinds of definitions named `{kind.Name}`.", nameof(added));
            }
        }

        _kinds = kinds.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>All of them.</summary>
    public IEnumerable<IDefinitionKind> All => _kinds.Values;

    /// <summary>The kind of that name, or <c>null</c>.</summary>
    public IDefinitionKind? Find(string name) => _kinds.GetValueOrDefault(name);

    /// <summary>The graph that a definition runs.</summary>
    /// <exception cref="DefinitionException">Its kind is not known here, or it comes to no graph.</exception>
    public GraphDefinition Compile(Definition definition) => KindOf(definition).Compile(definition);

    /// <summary>A definition as it is stored.</summary>
    /// <exception cref="DefinitionException">Its kind is not known here.</exception>
    public byte[] Write(Definition definition) => DefinitionDocument.Write(definition, KindOf(definition).FormatOf(definition));

    /// <summary>What is wrong with a definition for whoever offers this.</summary>
    public IReadOnlyList<DefinitionProblem> Validate(Definition definition, DefinitionContext context)
    {
        if (Find(definition.Kind) is not { } kind)
        {
            return [UnknownKind(definition.Kind)];
        }

        var problems = new ProblemList();
        kind.Validate(definition, context, problems);
        return problems.Items;
    }

    /// <summary>Checks the graph of a kind that is not ours, as an agent's: nothing behind it checks again.</summary>
    /// <exception cref="DefinitionException">It cannot be run.</exception>
    public void CheckGraph(Definition definition, Func<DefinitionContext> context)
    {
        if (definition is AgentDefinition)
        {
            return;
        }

        var problems = DefinitionValidator.Validate(
            new AgentDefinition
            {
                Name = definition.Name,
                Priority = definition.Priority,
                Tools = definition.Tools,
                Limits = definition.Limits,
                DeliverTo = definition.DeliverTo,
                CallbackUrl = definition.CallbackUrl,
                Graph = Compile(definition),
                Source = default,
            },
            context());
        if (problems.Count > 0)
        {
            throw new DefinitionException(problems);
        }
    }

    private IDefinitionKind KindOf(Definition definition) => Find(definition.Kind) ?? throw new DefinitionException([UnknownKind(definition.Kind)]);

    /// <summary>Says that a kind is not known.</summary>
    public static DefinitionProblem UnknownKind(string name) =>
        new("$", DefinitionErrors.UnknownKind, $"Definitions of the kind `{JsonPath.Shorten(name)}` are not known here.");

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= LongestName } && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
