using System.Text.Json;
using System.Text.Json.Nodes;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Actant.Anthropic;

/// <summary>The parts of a request that the SDK's chat client does not take over.</summary>
internal static class AnthropicRequest
{
    /// <summary>The bound on an answer where there is none: the interface insists on one.</summary>
    private const int DefaultMaxTokens = 4096;

    private static readonly Dictionary<string, JsonElement> s_none = [];

    /// <summary>A request without messages and tools, which the chat client adds.</summary>
    public static MessageCreateParams Begin(string model, int? maxTokens, float? temperature, float? topP, int? topK)
    {
        var body = new Dictionary<string, JsonElement>
        {
            ["model"] = ToElement(model),
            ["max_tokens"] = ToElement(maxTokens ?? DefaultMaxTokens),
            ["messages"] = JsonElement.Parse("[]"),
        };
        AddIfSet(body, "temperature", temperature);
        AddIfSet(body, "top_p", topP);
        AddIfSet(body, "top_k", topK);
        return MessageCreateParams.FromRawUnchecked(s_none, s_none, body);
    }

    /// <summary>A tool with its schema as it is: the chat client would forbid what the schema allows.</summary>
    public static AITool Tool(AITool tool)
    {
        if (tool is not AIFunctionDeclaration function)
        {
            return tool;
        }

        var schema = function.JsonSchema.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        ToolUnion union = new Tool { Name = function.Name, Description = function.Description, InputSchema = InputSchema.FromRawUnchecked(schema) };
        return union.AsAITool();
    }

    private static void AddIfSet(Dictionary<string, JsonElement> body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = ToElement(value);
        }
    }

    private static JsonElement ToElement(JsonNode value) => JsonElement.Parse(value.ToJsonString(), JsonLimits.Decoding);
}
