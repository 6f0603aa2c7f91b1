using System.Text;
using System.Text.Json;
using Actant.LanguageModels;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Actant.Anthropic;

/// <summary>
/// The tool calls of a stream that have begun and not ended. The SDK's client makes a call where its block stops, so it loses one whose
/// block never does, and forgets the text of arguments that are no JSON.
/// </summary>
internal sealed class OpenToolUses(VendorFailures failures)
{
    private readonly SortedDictionary<long, Block> _open = [];

    /// <summary>Takes an event, and what the SDK's client made of it.</summary>
    public void Read(object? streamed, List<AIContent> contents)
    {
        switch (streamed)
        {
            case RawContentBlockStartEvent { ContentBlock.Value: ToolUseBlock tool } start:
                _open[start.Index] = new Block(tool.ID, tool.Name);
                break;
            case RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta json } delta when _open.TryGetValue(delta.Index, out var block):
                block.Arguments.Append(json.PartialJson);
                break;
            case RawContentBlockStopEvent stop when _open.Remove(stop.Index, out var block):
                foreach (var call in contents.OfType<FunctionCallContent>().Where(static call => call.Exception is not null))
                {
                    call.AdditionalProperties = new() { [ModelCallProperties.RawArguments] = block.Arguments.ToString() };
                }

                break;
        }
    }

    /// <summary>The message has ended, and with it the blocks that nobody stopped.</summary>
    /// <exception cref="ModelException">One is not whole, and the reason does not say that it was cut.</exception>
    public List<AIContent> Complete(string reason) => [.. _open.Values.Select(block => CallOf(block, reason))];

    private FunctionCallContent CallOf(Block block, string reason)
    {
        var text = block.Arguments.ToString();
        try
        {
            return new FunctionCallContent(block.Id, block.Name, Read(text));
        }
        catch (JsonException exception) when (FinishReasons.IsCut(reason))
        {
            return new FunctionCallContent(block.Id, block.Name)
            {
                Exception = exception,
                AdditionalProperties = new() { [ModelCallProperties.RawArguments] = text },
            };
        }
        catch (JsonException)
        {
            throw new ModelException(failures.OfMalformed($"its call of `{block.Name}` has no end."));
        }
    }

    private static Dictionary<string, object?> Read(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        var parsed = JsonElement.Parse(text, JsonLimits.Value);
        return parsed.ValueKind == JsonValueKind.Object
            ? parsed.EnumerateObject().GroupBy(static member => member.Name).ToDictionary(static group => group.Key, static group => (object?)group.Last().Value)
            : throw new JsonException("The arguments are no object.");
    }

    private sealed record Block(string Id, string Name)
    {
        public StringBuilder Arguments { get; } = new();
    }
}
