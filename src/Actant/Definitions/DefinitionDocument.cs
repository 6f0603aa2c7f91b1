using System.Buffers;
using System.Text.Json;
using Actant.Storage;

namespace Actant.Definitions;

/// <summary>
/// A definition as it is stored: the format of its language, its source, and those of the agents that it calls, so that nothing
/// outside can change it.
/// </summary>
internal static class DefinitionDocument
{
    /// <summary>The newest format that this release reads. Each document is written in the oldest that can say it.</summary>
    /// <remarks>
    /// <para>1: the first; its documents do not name it.</para>
    /// <para>2: names itself.</para>
    /// <para>3: has nodes of type <c>wait</c>, or nodes with <c>spawn</c>.</para>
    /// A new number is for a field that an older release would have to heed, and cannot know.
    /// </remarks>
    public const int Format = 3;

    private const int Named = 2;

    /// <summary>The stored form.</summary>
    public static byte[] Write(AgentDefinition agent) => Write(agent, FormatOf(agent));

    /// <summary>The format that an agent, with those that it calls, is written in.</summary>
    public static int FormatOf(AgentDefinition agent) => IsOfToday(agent.Graph) || agent.Agents.Values.Any(static inner => FormatOf(inner) == Format) ? Format : Named;

    private static bool IsOfToday(GraphDefinition graph) =>
        graph.Nodes.Any(static node => node.Type == NodeType.Wait || node.Spawn || (node.Graph is { } nested && IsOfToday(nested)));

    private static byte[] Write(AgentDefinition agent, int? format)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, agent, format);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The definition of a stored form, and its format. What was accepted once is read for ever: where the reader has become stricter
    /// since, it reads on past what it would refuse today, and what it cannot read at all takes its default.
    /// </summary>
    /// <exception cref="DefinitionException">A newer release wrote it, or it is no definition.</exception>
    public static (AgentDefinition Agent, int Format) Read(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document, JsonLimits.Decoding);
        var format = FormatOf(parsed.RootElement);
        return format <= Format
            ? (Read(parsed.RootElement), format)
            : throw new DefinitionException([new("$", DefinitionErrors.NewerFormat, $"A newer release wrote it (format {format}; this one reads up to {Format}).")]);
    }

    /// <summary>The format of a stored form, whether it is known or not.</summary>
    public static int FormatOf(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document, JsonLimits.Decoding);
        return FormatOf(parsed.RootElement);
    }

    private static int FormatOf(JsonElement document) =>
        document.TryGetProperty("format"u8, out var written) && written.TryGetInt32(out var number) ? number : 1;

    /// <summary>An agent together with the agents that it calls, under a hash of them all.</summary>
    public static AgentDefinition Link(AgentDefinition agent, IReadOnlyDictionary<string, AgentDefinition> agents)
    {
        if (agents.Count == 0)
        {
            return agent;
        }

        var linked = agent with { Agents = agents };

        // Without the format: the hash says what the agents are, not who wrote them down.
        return linked with { Hash = BlobHash.Of(Write(linked, null)) };
    }

    private static void Write(Utf8JsonWriter writer, AgentDefinition agent, int? format)
    {
        writer.WriteStartObject();
        if (format is { } number)
        {
            writer.WriteNumber("format", number);
        }

        writer.WritePropertyName("source");
        agent.Source.WriteTo(writer);
        if (agent.Agents.Count > 0)
        {
            writer.WriteStartObject("agents");
            foreach (var (tool, inner) in agent.Agents)
            {
                writer.WritePropertyName(tool);
                Write(writer, inner, null);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static AgentDefinition Read(JsonElement document)
    {
        var agent = DefinitionReader.ReadStored(document.GetProperty("source"))
            ?? throw new DefinitionException([new("$", DefinitionErrors.DocumentSyntax, "What is stored is no definition.")]);
        return document.TryGetProperty("agents", out var agents)
            ? Link(agent, agents.EnumerateObject().ToDictionary(member => member.Name, member => Read(member.Value), StringComparer.Ordinal))
            : agent;
    }
}
