using System.Buffers;
using System.Text.Json;
using Actant.Storage;

namespace Actant.Definitions;

/// <summary>
/// A definition as it is stored: the format, its kind and the form of that if it is no agent, its source, and those of the agents that it calls, so that nothing
/// outside can change it.
/// </summary>
internal static class DefinitionDocument
{
    /// <summary>The newest format that this release reads. Each document is written in the oldest that can say it.</summary>
    /// <remarks>
    /// <para>1: the first; its documents do not name it.</para>
    /// <para>2: names itself.</para>
    /// <para>3: has nodes of type <c>wait</c>, or nodes with <c>spawn</c>.</para>
    /// <para>4: is of another kind than agents, which older releases would take it for.</para>
    /// <para>5: has nodes that see less than the thread, cycles that end at their limit, or edges of type <c>else</c>.</para>
    /// A new number is for a field that an older release would have to heed, and cannot know.
    /// </remarks>
    public const int Format = 5;

    private const int Named = 2;
    private const int Waiting = 3;
    private const int OfAnyKind = 4;
    private const int Seeing = 5;

    /// <summary>The stored form.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="kindFormat">The form of its kind's language, where that counts its own.</param>
    public static byte[] Write(Definition definition, int kindFormat = 1) => Write(definition, FormatOf(definition), kindFormat);

    /// <summary>The format that a definition, with the agents that it calls, is written in.</summary>
    public static int FormatOf(Definition definition) =>
        definition is not AgentDefinition agent ? OfAnyKind
        : agent.Agents.Values.Select(FormatOf).Prepend(FormatOf(agent.Graph)).Max();

    /// <summary>
    /// The hash of a definition alone, without the agents that it calls; of an agent, as ever, that of its source. The same document under
    /// another kind is something else.
    /// </summary>
    public static BlobHash HashOf(Definition definition) => definition is AgentDefinition
        ? CanonicalJson.HashOf(definition.Source)
        : CanonicalJson.HashOf(definition.Source, definition.Kind);

    private static int FormatOf(GraphDefinition graph) => graph.Nodes
        .Select(static node => Math.Max(
            node.Sees != Sees.Thread || node.OnLimit != CycleLimit.Fail ? Seeing : node.Type == NodeType.Wait || node.Spawn ? Waiting : Named,
            node.Graph is { } nested ? FormatOf(nested) : Named))
        .Prepend(graph.Edges.Any(static edge => edge.Type == EdgeType.Else) ? Seeing : Named)
        .Max();

    private static byte[] Write(Definition definition, int? format, int kindFormat)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, definition, format, kindFormat);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What a stored form says of itself, whether that is known or not.</summary>
    public static (int Format, string Kind, int KindFormat) HeadOf(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document, JsonLimits.Decoding);
        var root = parsed.RootElement;
        return (
            Number("format"),
            root.TryGetProperty("kind"u8, out var kind) ? kind.GetString() ?? "" : AgentDefinition.KindName,
            Number("kind_format"));

        int Number(string name) => root.TryGetProperty(name, out var written) && written.TryGetInt32(out var number) ? number : 1;
    }

    /// <summary>
    /// The definition of a stored form in a format that is known. What was accepted once is read for ever: where the reader has become
    /// stricter since, it reads on past what it would refuse today, and what it cannot read at all takes its default.
    /// </summary>
    /// <param name="document">The stored form.</param>
    /// <param name="read">Reads a source of its kind.</param>
    /// <exception cref="DefinitionException">It is no definition.</exception>
    public static Definition Read(ReadOnlyMemory<byte> document, Func<JsonElement, Definition?> read)
    {
        using var parsed = JsonDocument.Parse(document, JsonLimits.Decoding);
        return Read(parsed.RootElement, read);
    }

    /// <summary>A definition together with the agents that it calls, under a hash of them all.</summary>
    public static TDefinition Link<TDefinition>(TDefinition definition, IReadOnlyDictionary<string, AgentDefinition> agents)
        where TDefinition : Definition
    {
        if (agents.Count == 0)
        {
            return definition;
        }

        var linked = (Definition)definition with { Agents = agents };

        // Without the format: the hash says what the agents are, not who wrote them down.
        return (TDefinition)(linked with { Hash = BlobHash.Of(Write(linked, null, kindFormat: 1)) });
    }

    private static void Write(Utf8JsonWriter writer, Definition definition, int? format, int kindFormat)
    {
        writer.WriteStartObject();
        if (format is { } number)
        {
            writer.WriteNumber("format", number);
        }

        if (definition is not AgentDefinition)
        {
            writer.WriteString("kind", definition.Kind);
        }

        if (kindFormat > 1)
        {
            writer.WriteNumber("kind_format", kindFormat);
        }

        writer.WritePropertyName("source");
        definition.Source.WriteTo(writer);
        if (definition.Agents.Count > 0)
        {
            writer.WriteStartObject("agents");
            foreach (var (tool, inner) in definition.Agents)
            {
                writer.WritePropertyName(tool);
                Write(writer, inner, null, kindFormat: 1);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static TDefinition Read<TDefinition>(JsonElement document, Func<JsonElement, TDefinition?> read)
        where TDefinition : Definition
    {
        var definition = read(document.GetProperty("source"))
            ?? throw new DefinitionException([new("$", DefinitionErrors.DocumentSyntax, "What is stored is no definition.")]);
        return document.TryGetProperty("agents", out var agents)
            ? Link(definition, agents.EnumerateObject().ToDictionary(member => member.Name, static member => Read(member.Value, DefinitionReader.ReadStored), StringComparer.Ordinal))
            : definition;
    }
}
