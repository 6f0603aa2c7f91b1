using System.Buffers;
using System.Text.Json;
using Actant.Storage;

namespace Actant.Definitions;

/// <summary>A definition as it is stored: its source, and those of the agents that it calls, so that nothing outside can change it.</summary>
internal static class DefinitionDocument
{
    /// <summary>The stored form.</summary>
    public static byte[] Write(AgentDefinition agent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, agent);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The definition of a stored form.</summary>
    /// <exception cref="DefinitionException">It was written by a release whose definitions this one does not read.</exception>
    public static AgentDefinition Read(ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 256 });
        return Read(parsed.RootElement);
    }

    /// <summary>An agent together with the agents that it calls, under a hash of them all.</summary>
    public static AgentDefinition Link(AgentDefinition agent, IReadOnlyDictionary<string, AgentDefinition> agents)
    {
        if (agents.Count == 0)
        {
            return agent;
        }

        var linked = agent with { Agents = agents };
        return linked with { Hash = BlobHash.Of(Write(linked)) };
    }

    private static void Write(Utf8JsonWriter writer, AgentDefinition agent)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("source");
        agent.Source.WriteTo(writer);
        if (agent.Agents.Count > 0)
        {
            writer.WriteStartObject("agents");
            foreach (var (tool, inner) in agent.Agents)
            {
                writer.WritePropertyName(tool);
                Write(writer, inner);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static AgentDefinition Read(JsonElement document)
    {
        var result = DefinitionReader.Read(document.GetProperty("source"));
        var agent = result.Definition ?? throw new DefinitionException(result.Problems);
        return document.TryGetProperty("agents", out var agents)
            ? Link(agent, agents.EnumerateObject().ToDictionary(member => member.Name, member => Read(member.Value), StringComparer.Ordinal))
            : agent;
    }
}
