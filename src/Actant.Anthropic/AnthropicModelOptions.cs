using Microsoft.Extensions.AI;

namespace Actant.Anthropic;

/// <summary>What a definition's <c>options</c> say beside what all models have.</summary>
/// <param name="TopK">From how many of the likeliest tokens the next one is taken.</param>
/// <param name="ToolChoice">Whether tools may, must or must not be called.</param>
/// <param name="ParallelToolCalls">Whether one answer may demand several calls.</param>
internal sealed record AnthropicModelOptions(int? TopK, ChatToolMode? ToolChoice, bool? ParallelToolCalls);
