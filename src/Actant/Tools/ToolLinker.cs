using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Definitions;

namespace Actant.Tools;

/// <summary>
/// Puts in the place of each definition that stands for tools elsewhere the tools themselves, as they are listed now. An execution carries
/// them in its definition: what becomes of the list later changes nothing that was accepted.
/// </summary>
internal sealed class ToolLinker(ToolRegistry registry)
{
    private const int LongestName = 64;
    private const int HashLength = 8;
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The definition with the tools listed, its own and those of the agents that it calls; one without such tools as it is.</summary>
    /// <returns>Problems at the tools of the definition itself.</returns>
    public async ValueTask<DefinitionResult> LinkAsync(TenantId tenant, AgentDefinition agent, CancellationToken cancellationToken)
    {
        var problems = new List<DefinitionProblem>();
        var linked = await LinkAsync(tenant, agent, problems, cancellationToken);
        return new DefinitionResult(linked, problems);
    }

    /// <summary>The source of an open definition; <c>null</c> of any other one.</summary>
    private IToolSource? SourceOf(ToolDefinition tool) =>
        registry.Types.GetValueOrDefault(tool.Type) is IToolSource source && source.IsOpen(tool) ? source : null;

    private async ValueTask<AgentDefinition> LinkAsync(TenantId tenant, AgentDefinition agent, List<DefinitionProblem> problems, CancellationToken cancellationToken)
    {
        var listed = await ListAsync(tenant, agent, problems, cancellationToken);
        var inner = new Dictionary<string, AgentDefinition>(StringComparer.Ordinal);
        var isChanged = false;
        foreach (var (tool, called) in agent.Agents)
        {
            var found = new List<DefinitionProblem>();
            inner[tool] = await LinkAsync(tenant, called, found, cancellationToken);
            isChanged |= !ReferenceEquals(inner[tool], called);
            var path = $"{JsonPath.Item("$.tool_definitions", agent.Tools.Index().First(other => other.Item.Name == tool).Index)}.config.agent";
            problems.AddRange(found.Select(problem => problem with { Path = path, Message = $"`{called.Name}`, {problem.Path}: {problem.Message}" }));
        }

        if (problems.Count > 0 || (listed.Count == 0 && !isChanged))
        {
            return agent;
        }

        var whole = listed.Count == 0 ? agent with { Agents = new Dictionary<string, AgentDefinition>() } : Expand(agent, listed, problems);
        return whole is null ? agent : DefinitionDocument.Link(whole, inner);
    }

    /// <summary>What each open definition that a node names stands for, by the definition's name.</summary>
    private async ValueTask<Dictionary<string, IReadOnlyList<ListedTool>>> ListAsync(
        TenantId tenant, AgentDefinition agent, List<DefinitionProblem> problems, CancellationToken cancellationToken)
    {
        var listed = new Dictionary<string, IReadOnlyList<ListedTool>>(StringComparer.Ordinal);
        if (!agent.Tools.Any(tool => SourceOf(tool) is not null))
        {
            return listed;
        }

        var (offered, called) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        Collect(agent.Graph, offered, called);
        foreach (var (index, tool) in agent.Tools.Index())
        {
            if (SourceOf(tool) is not { } source || !(offered.Contains(tool.Name) || called.Contains(tool.Name)))
            {
                continue;
            }

            var path = JsonPath.Item("$.tool_definitions", index);
            var listing = await source.ListAsync(tool, tenant, cancellationToken);
            problems.AddRange(listing.Problems.Select(problem => problem with { Path = path + problem.Path[1..] }));
            if (called.Contains(tool.Name) && listing.Problems.Count == 0 && !(listing.Tools.Count == 1 && listing.Tools[0].Name == tool.Name))
            {
                problems.Add(new($"{path}.config", DefinitionErrors.MissingField, $"A node of type `tool` calls `{tool.Name}`, which stands for several tools: say in `config` which one is meant."));
            }

            listed[tool.Name] = listing.Tools;
        }

        return listed;
    }

    private static void Collect(GraphDefinition graph, HashSet<string> offered, HashSet<string> called)
    {
        foreach (var node in graph.Nodes)
        {
            offered.UnionWith(node.Tools);
            if (node.Tool is { } tool)
            {
                called.Add(tool);
            }

            if (node.Graph is { } nested)
            {
                Collect(nested, offered, called);
            }
        }
    }

    private AgentDefinition? Expand(AgentDefinition agent, Dictionary<string, IReadOnlyList<ListedTool>> listed, List<DefinitionProblem> problems)
    {
        var taken = registry.Names.Concat(agent.Tools.Select(static tool => tool.Name)).ToHashSet(StringComparer.Ordinal);
        var source = JsonObject.Create(agent.Source)!;
        var (definitions, names) = (new JsonArray(), new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal));
        foreach (var item in source["tool_definitions"] is JsonArray written ? written.ToList() : [])
        {
            if (item is not JsonObject definition || definition["name"] is not JsonValue value || !value.TryGetValue(out string? name) || !listed.TryGetValue(name, out var tools))
            {
                definitions.Add(item?.DeepClone());
                continue;
            }

            var given = new List<string>();
            foreach (var tool in tools)
            {
                // One that stands for a single tool keeps the name that nodes know.
                given.Add(tool.Name == name ? name : NameOf(tool.Name, taken));
                definitions.Add(Write(definition, tool, given[^1]));
            }

            names[name] = given;
        }

        source["tool_definitions"] = definitions;
        Rename(source, names);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_compact))
        {
            source.WriteTo(writer);
        }

        if (buffer.WrittenCount > DefinitionBounds.Bytes || definitions.Count > DefinitionBounds.ListItems)
        {
            problems.Add(new("$.tool_definitions", DefinitionErrors.OutOfRange, $"With the tools that were listed the definition has {definitions.Count} tools and {buffer.WrittenCount:N0} bytes; at most {DefinitionBounds.ListItems} and {DefinitionBounds.Bytes:N0} are possible: `include` fewer."));
            return null;
        }

        return DefinitionReader.ReadStored(JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Decoding));
    }

    /// <summary>The name that a tool gets: the same each time, for the same definition and list.</summary>
    private static string NameOf(string wanted, HashSet<string> taken)
    {
        var name = string.Concat(wanted.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
        var isOwn = name == wanted && name.Length is > 0 and <= LongestName && !name.StartsWith("delegate_to_", StringComparison.Ordinal);
        if (isOwn && taken.Add(name))
        {
            return name;
        }

        for (var turn = 0; ; turn++)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{wanted}\n{turn}")))[..HashLength];
            var hashed = $"{name[..Math.Min(name.Length, LongestName - HashLength - 1)]}_{hash}";
            if (taken.Add(hashed))
            {
                return hashed;
            }
        }
    }

    private static JsonObject Write(JsonObject definition, ListedTool tool, string name)
    {
        var written = new JsonObject { ["name"] = name };
        foreach (var (field, value) in definition.Where(static pair => pair.Key is not ("name" or "description" or "parameters" or "config")))
        {
            written[field] = value?.DeepClone();
        }

        written["description"] = tool.Description;
        written["parameters"] = JsonObject.Create(tool.Parameters);
        written["config"] = JsonObject.Create(tool.Config);
        if (tool.SideEffects is { } stricter)
        {
            written["side_effects"] = WireNames.Of(stricter);
        }

        return written;
    }

    /// <summary>In an agent, a node or a graph, and in all that it holds: each name of a definition becomes the names of its tools.</summary>
    private static void Rename(JsonObject scope, Dictionary<string, IReadOnlyList<string>> names)
    {
        if (scope["tools"] is JsonArray list)
        {
            scope["tools"] = new JsonArray([.. list.SelectMany(item => item is JsonValue value && value.TryGetValue(out string? name) && names.TryGetValue(name, out var tools)
                ? tools.Select(static tool => (JsonNode?)JsonValue.Create(tool))
                : [item?.DeepClone()])]);
        }
        else if (scope["tools"] is JsonObject switches)
        {
            var renamed = new JsonObject();
            foreach (var (name, value) in switches)
            {
                foreach (var tool in names.GetValueOrDefault(name) ?? [name])
                {
                    renamed[tool] = value?.DeepClone();
                }
            }

            scope["tools"] = renamed;
        }

        foreach (var node in scope["nodes"] is JsonArray nodes ? nodes.OfType<JsonObject>() : [])
        {
            Rename(node, names);
            if (node["graph"] is JsonObject nested)
            {
                Rename(nested, names);
            }
        }
    }
}
