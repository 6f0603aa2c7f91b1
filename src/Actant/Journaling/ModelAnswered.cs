using System.Text.Json.Serialization;

namespace Actant.Journaling;

/// <summary>A model answered. The message joins the conversation of its scope.</summary>
public sealed record ModelAnswered : EntryPayload
{
    /// <inheritdoc />
    private protected override string KindName => "model_answered";

    /// <summary>The answer.</summary>
    public required Message Message { get; init; }

    /// <summary>What the model was called with, as a fingerprint.</summary>
    public required RequestFingerprint Request { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>Who answered for it: the provider, or a stand-in's name.</summary>
    public required string ModelSource { get; init; }

    /// <summary>Tokens, as the provider counted them.</summary>
    public Usage Usage { get; init; }

    /// <summary>What it cost, in USD.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal CostUsd { get; init; }

    /// <summary>The same by kind of token, and by which price; <c>null</c> where nobody knows, or it cost nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CostBreakdown? Cost { get; init; }

    /// <summary>The vendor's id of the request, which its support asks for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestId { get; init; }

    /// <summary>
    /// Why it ended: one of <see cref="LanguageModels.FinishReasons"/>, <c>null</c> where nobody said. In old journals, whatever the vendor said.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    /// <summary>Calls of an answer that was cut off, and accepted without them: never made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ToolDemand>? CutCalls { get; init; }

    /// <summary>How long it took.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long DurationMs { get; init; }
}
