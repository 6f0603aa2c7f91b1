using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Actant.Definitions;
using Actant.Schemas;

namespace Actant.Tools;

/// <summary>
/// The tools of a process by name, the built-in ones and those registered in code, and the types of tools that definitions may
/// bring along. Never changes once built.
/// </summary>
public sealed partial class ToolRegistry
{
    private readonly FrozenDictionary<string, BoundTool> _tools;
    private readonly FrozenDictionary<string, JsonSchema> _schemas;

    /// <summary>Takes the tools beside the built-in ones.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="types">Types of tool definitions beside <c>builtin</c>, <c>code</c> and <c>agent</c>.</param>
    /// <exception cref="ArgumentException">A name is malformed or taken, a tool's parameters are no usable JSON Schema, or one of its limits is out of its range.</exception>
    public ToolRegistry(IEnumerable<Tool> tools, IEnumerable<IToolType>? types = null)
    {
        Types = (types ?? []).ToFrozenDictionary(type => type.Name);
        var bound = new Dictionary<string, BoundTool>();
        var schemas = new Dictionary<string, JsonSchema>();
        foreach (var tool in tools.Prepend(new CalculatorTool()))
        {
            if (!ToolName().IsMatch(tool.Name))
            {
                throw new ArgumentException($"'{tool.Name}' cannot name a tool: 1 to 64 letters, digits, '_' and '-' can.", nameof(tools));
            }

            CheckLimits(tool);
            if (!JsonSchema.TryCompile(tool.Parameters, out var schema, out var problems))
            {
                throw new ArgumentException($"The parameters of the tool '{tool.Name}' are no JSON Schema: {problems[0]}", nameof(tools));
            }

            if (!bound.TryAdd(tool.Name, new BoundTool(tool, schema, definition: null, narrowed: null)))
            {
                throw new ArgumentException($"There are two tools named '{tool.Name}'.", nameof(tools));
            }

            schemas[tool.Name] = schema;
        }

        _tools = bound.ToFrozenDictionary();
        _schemas = schemas.ToFrozenDictionary();
        Names = [.. bound.Keys.Order(StringComparer.Ordinal)];
    }

    // Those of definitions are judged by the validator, with a path.
    private static void CheckLimits(Tool tool)
    {
        var limits = tool.Limits;
        OptionRange.Check(limits.Timeout, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait, $"{tool.Name}: Timeout");
        OptionRange.Check(limits.MaxOutputBytes, 1, int.MaxValue, $"{tool.Name}: MaxOutputBytes");
        OptionRange.Check(limits.MaxCalls, 1, int.MaxValue, $"{tool.Name}: MaxCalls");
        OptionRange.Check(limits.Window, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait, $"{tool.Name}: Window");
    }

    /// <summary>All names, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The types of tool definitions that are made by somebody else, by name.</summary>
    internal IReadOnlyDictionary<string, IToolType> Types { get; }

    /// <summary>All names by which definitions find a registered tool: its own, and of most also its class's.</summary>
    internal IEnumerable<string> BindableNames => Names.Concat(_tools.Values.Select(static bound => bound.Tool).Where(static tool => tool is not FunctionTool)
        .SelectMany(static tool => new[] { tool.GetType().Name, tool.GetType().FullName ?? "" }));

    /// <summary>The tool of exactly that name, as it says of itself.</summary>
    internal bool TryGet(string name, [NotNullWhen(true)] out BoundTool? tool) => _tools.TryGetValue(name, out tool);

    /// <summary>The known name closest to a mistyped one, for a message; <c>null</c> if none is close.</summary>
    public string? Nearest(string name) => Spelling.Nearest(name, Names);

    /// <summary>
    /// Binds a definition of type <c>builtin</c> or <c>code</c>, or makes the tool of one of the registered types. Of the first two,
    /// <c>config.tool</c> names the tool if that is called otherwise; <c>config.class</c> may also give the name of its C# class.
    /// </summary>
    /// <param name="definition">The definition.</param>
    /// <param name="tool">The tool, if nothing is wrong.</param>
    /// <param name="problems">All that is wrong, with paths relative to the definition (<c>$.config.tool</c>).</param>
    internal bool TryBind(
        ToolDefinition definition, [NotNullWhen(true)] out BoundTool? tool, out IReadOnlyList<DefinitionProblem> problems)
    {
        var found = new List<DefinitionProblem>();
        tool = Bind(definition, found);
        problems = found;
        return tool is not null;
    }

    private BoundTool? Bind(ToolDefinition definition, List<DefinitionProblem> problems)
    {
        if (Types.TryGetValue(definition.Type, out var type))
        {
            return Make(type, definition, problems);
        }

        if (definition.Type is not ("builtin" or "code"))
        {
            problems.Add(new(
                "$.type", "tool_type_unavailable", $"Tools of the type '{definition.Type}' are not registered in this process."));
            return null;
        }

        var (name, path) = NameOf(definition);
        if (Find(name) is not { } tool)
        {
            var hint = Nearest(name) is { } meant ? $"is '{meant}' meant?" : $"there are: {string.Join(", ", Names)}.";
            problems.Add(new(path, "unknown_tool", $"No tool '{name}' is registered; {hint}"));
            return null;
        }

        if (ToolConfiguration.Apply(tool, definition, problems) is not { } configured)
        {
            return null;
        }

        var own = _schemas[tool.Name];
        if (!ReferenceEquals(configured, tool) && !TryCompile(configured, out own, problems))
        {
            return null;
        }

        tool = configured;
        if (definition.SideEffects is { } stated && !IsAsStrict(stated, tool.Class))
        {
            problems.Add(new(
                "$.side_effects",
                "laxer_side_effects",
                $"The tool is {Wire(tool.Class)} and cannot be declared {Wire(stated)}; leave it out or be stricter."));
        }

        JsonSchema? narrowed = null;
        if (definition.Parameters is { } parameters && !JsonSchema.TryCompile(parameters, out narrowed, out var wrong))
        {
            problems.AddRange(wrong.Select(problem => new DefinitionProblem("$.parameters", "invalid_schema", problem.ToString())));
        }

        return problems.Count == 0 ? new BoundTool(tool, own, definition, narrowed) : null;
    }

    private static BoundTool? Make(IToolType type, ToolDefinition definition, List<DefinitionProblem> problems)
    {
        if (type is IToolSource source && source.IsOpen(definition))
        {
            problems.Add(new("$.config", DefinitionErrors.ToolsNotListed, $"The tools of `{definition.Name}` were not listed: link the agent before it is submitted."));
            return null;
        }

        if (!type.TryCreate(definition, out var tool, out var found))
        {
            problems.AddRange(found);
            return null;
        }

        return TryCompile(tool, out var schema, problems) ? new BoundTool(tool, schema, definition, narrowed: null) : null;
    }

    private static bool TryCompile(Tool tool, [NotNullWhen(true)] out JsonSchema? schema, List<DefinitionProblem> problems)
    {
        if (JsonSchema.TryCompile(tool.Parameters, out schema, out var wrong))
        {
            return true;
        }

        problems.AddRange(wrong.Select(problem => new DefinitionProblem("$.parameters", "invalid_schema", problem.ToString())));
        return false;
    }

    /// <summary>The name of the registered tool that a definition configures, and where that stands.</summary>
    internal static (string Name, string Path) NameOf(ToolDefinition definition)
    {
        foreach (var field in (ReadOnlySpan<string>)["tool", "class"])
        {
            if (definition.Config is { ValueKind: JsonValueKind.Object } config && config.TryGetProperty(field, out var name)
                && name.ValueKind == JsonValueKind.String)
            {
                return (name.GetString()!, $"$.config.{field}");
            }
        }

        return (definition.Name, "$.name");
    }

    // A durable tool is resumed, which no declaration can add or take away.
    private static bool IsAsStrict(ToolClass stated, ToolClass own) =>
        stated == ToolClass.Durable || own == ToolClass.Durable ? stated == own : stated >= own;

    private static string Wire(ToolClass toolClass) => toolClass.ToString().ToLowerInvariant();

    private Tool? Find(string name) =>
        _tools.TryGetValue(name, out var tool) ? tool.Tool
        : _tools.Values.Select(bound => bound.Tool).FirstOrDefault(other =>
            other is not FunctionTool && (other.GetType().Name == name || other.GetType().FullName == name));

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ToolName();
}
