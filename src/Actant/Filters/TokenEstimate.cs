using System.Text;
using System.Text.Json;
using Actant.Journaling;
using Actant.Prices;
using Microsoft.Extensions.AI;

namespace Actant.Filters;

/// <summary>Counts tokens before anybody has told how many there are: without a tokenizer of each vendor, and rather too high.</summary>
public static class TokenEstimate
{
    /// <summary>Tokens of an answer whose definition states no <c>max_output_tokens</c>.</summary>
    public const int UnstatedOutput = 4096;

    private const int BytesOfToken = 3;
    private const int TokensAroundMessage = 4;
    private const int TokensOfMedium = 1600;

    /// <summary>Tokens of a text.</summary>
    public static long Of(string? text) => text is null ? 0 : (Encoding.UTF8.GetByteCount(text) + BytesOfToken - 1) / BytesOfToken;

    /// <summary>What a call may take at most.</summary>
    internal static ModelCallEstimate Of(ModelCallContext call, IModelPrices prices)
    {
        var (input, output) = (call.Messages.Sum(Of) + call.Tools.Sum(Of), call.MaxOutputTokens ?? UnstatedOutput);
        return new ModelCallEstimate
        {
            InputTokens = input,
            OutputTokens = output,
            CostUsd = prices.PriceOf(call.Provider, call.Model, new Usage { Input = input, Output = output }),
        };
    }

    private static long Of(ChatMessage message) => TokensAroundMessage + message.Contents.Sum(Of);

    private static long Of(AITool tool) =>
        Of(tool.Name) + Of(tool.Description) + (tool is AIFunctionDeclaration function ? Of(function.JsonSchema) : 0);

    private static long Of(AIContent content) => content switch
    {
        TextContent text => Of(text.Text),
        TextReasoningContent reasoning => Of(reasoning.Text) + Of(reasoning.ProtectedData),
        FunctionCallContent call => Of(call.Name) + (call.Arguments?.Sum(static argument => Of(argument.Key) + OfValue(argument.Value)) ?? 0),
        FunctionResultContent result => OfValue(result.Result),
        DataContent or UriContent or HostedFileContent => TokensOfMedium,
        _ => 0,
    };

    private static long OfValue(object? value) => value switch
    {
        JsonElement json => Of(json),
        IEnumerable<AIContent> parts => parts.Sum(Of),
        _ => Of(value?.ToString()),
    };

    private static long Of(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? 0 : (JsonValues.BytesOf(json) + BytesOfToken - 1) / BytesOfToken;
}
