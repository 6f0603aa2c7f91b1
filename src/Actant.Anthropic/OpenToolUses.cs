using System.Text;
using System.Text.Json;
using Actant.LanguageModels;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Actant.Anthropic;

/// <summary>
/// The tool calls of a stream. The SDK's client makes a call where its block stops, out of the deltas of its input: it loses one whose block never
/// stops, the input of one that came whole at its start, and the text of arguments that are no JSON.
/// </summary>
internal sealed class OpenToolUses(VendorFailures failures)
{
    private readonly SortedDictionary<long, Block> _open = [];

    /// <summary>Whether there was any.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>Takes an event, and what the SDK's client made of it.</summary>
    public void Read(object? streamed, List<AIContent> contents)
    {
        switch (streamed)
        {
            case RawContentBlockStartEvent { ContentBlock.Value: ToolUseBlock tool } start:
                HasCalls = true;
                _open[start.Index] = new Block(tool.ID, tool.Name, tool.Input);
                break;
            case RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta json } delta when _open.TryGetValue(delta.Index, out var block):
                block.Arguments.Append(json.PartialJson);
                break;
            case RawContentBlockStopEvent stop when _open.Remove(stop.Index, out var block):
                contents.RemoveAll(static content => content is FunctionCallContent);
                contents.Add(block.ToCall());
                break;
        }
    }

    /// <summary>The message has ended, and with it the blocks that nobody stopped.</summary>
    /// <exception cref="ModelException">One is not whole, and the reason does not say that it was cut.</exception>
    public List<AIContent> Complete(string reason) => [.. _open.Values.Select(block => CallOf(block, reason))];

    private FunctionCallContent CallOf(Block block, string reason) =>
        block.ToCall() is var call && (call.Exception is null || FinishReasons.IsCut(reason)) ? call
        : throw new ModelException(failures.OfMalformed($"its call of `{block.Name}` has no end."));

    private sealed record Block(string Id, string Name, IReadOnlyDictionary<string, JsonElement> Input)
    {
        public StringBuilder Arguments { get; } = new();

        public FunctionCallContent ToCall()
        {
            var text = Arguments.ToString();
            if (string.IsNullOrWhiteSpace(text))
            {
                return new FunctionCallContent(Id, Name, Input.ToDictionary(static member => member.Key, static member => (object?)member.Value));
            }

            try
            {
                return new FunctionCallContent(Id, Name, ArgumentsText.Read(text));
            }
            catch (JsonException exception)
            {
                return new FunctionCallContent(Id, Name)
                {
                    Exception = exception,
                    AdditionalProperties = new() { [ModelCallProperties.RawArguments] = text },
                };
            }
        }
    }
}
