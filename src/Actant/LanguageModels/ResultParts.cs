using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>What stands in a result of a call in place of the parts that a vendor does not take there.</summary>
internal static class ResultParts
{
    /// <summary>The parts of a result; one text for a result that has none.</summary>
    public static IReadOnlyList<AIContent>? Of(FunctionResultContent result) => result.Result switch
    {
        AIContent part => [part],
        IEnumerable<AIContent> parts => [.. parts],
        _ => null,
    };

    /// <summary>Everything as a text: what is none is named.</summary>
    public static string TextOf(IEnumerable<AIContent> parts) => string.Join('\n', parts.Select(static part => part is TextContent text ? text.Text : Named(part)));

    /// <summary>A part in words: its kind, and its address or name, as far as it has any.</summary>
    public static string Named(AIContent part) => part switch
    {
        TextContent text => text.Text,
        UriContent uri => $"[{uri.MediaType}: {uri.Uri.OriginalString}]",
        DataContent data => $"[{data.MediaType}{(data.Name is { Length: > 0 } name ? $" {name}" : "")}, {data.Data.Length} bytes]",
        HostedFileContent file => $"[file {file.Name ?? file.FileId}]",
        _ => $"[{part.GetType().Name}]",
    };
}
