using System.Text.Json;
using Actant.Definitions;
using Actant.Kinds;
using Actant.Validation;

namespace Actant.Testing.Kinds;

/// <summary>
/// A kind as an embedder would write one: <c>{"name": …, "stages": [{"tool": "look_up"}, {"ask": "May I?"}, {"say": "Done."}]}</c>, each
/// stage's node being named by its number.
/// </summary>
/// <param name="format">The form of the language that it reads and writes.</param>
public sealed class StagesKind(int format = 1) : IDefinitionKind
{
    public const string KindName = "stages";

    public string Name => KindName;

    public int Format => format;

    public int FormatOf(Definition definition) => format;

    /// <summary>Reads a definition; fails with its problems.</summary>
    public static Definition Define(string document)
    {
        var problems = new ProblemList();
        var definition = new StagesKind().Read(JsonElement.Parse(document), null, problems);
        return problems.Items.Count == 0 ? definition! : throw new DefinitionException(problems.Items);
    }

    public Definition? Read(JsonElement document, string? fallbackName, ProblemList problems)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            problems.Add("$", DefinitionErrors.WrongType, "An object is expected.");
            return null;
        }

        return new StagesDefinition
        {
            Name = document.TryGetProperty("name", out var name) ? name.GetString()! : fallbackName ?? "stages",
            Stages = document.TryGetProperty("stages", out var stages)
                ? [.. stages.EnumerateArray().Select((stage, index) => Stage(stage, index, problems))]
                : [],
            Source = document.Clone(),
        };
    }

    public void Validate(Definition definition, DefinitionContext context, ProblemList problems)
    {
        foreach (var (index, stage) in ((StagesDefinition)definition).Stages.Index())
        {
            var path = $"$.stages[{index}]";
            if (stage.Tool is { } tool && !context.CodeTools.ContainsKey(tool) && !problems.Covers(path))
            {
                problems.Add($"{path}.tool", DefinitionErrors.UnknownTool, $"There is no tool `{tool}`.");
            }
        }
    }

    public Definition? ReadStored(JsonElement source) => Read(source, null, new ProblemList());

    public GraphDefinition Compile(Definition definition)
    {
        var stages = ((StagesDefinition)definition).Stages;
        return new GraphDefinition
        {
            Nodes = stages,
            Edges = [.. stages.Zip(stages.Skip(1), static (from, to) => new EdgeDefinition(from.Name, to.Name, EdgeType.Direct))],
        };
    }

    private static NodeDefinition Stage(JsonElement stage, int index, ProblemList problems)
    {
        var node = new NodeDefinition { Name = $"s{index + 1}", Type = NodeType.Prompt };
        var field = stage.EnumerateObject().First();
        switch (field.Name)
        {
            case "tool":
                return node with { Type = NodeType.Tool, Tool = field.Value.GetString() };
            case "ask":
                return node with { Type = NodeType.Human, Template = field.Value.GetString() };
            case "say":
                return node with { Template = field.Value.GetString() };
            default:
                problems.Add($"$.stages[{index}].{field.Name}", DefinitionErrors.UnknownField, $"`{field.Name}` is no stage.");
                return node with { Template = "" };
        }
    }
}
