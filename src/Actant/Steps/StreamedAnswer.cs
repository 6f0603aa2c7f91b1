using System.Text;
using System.Text.Json;
using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Nodes;
using Actant.Prices;
using Microsoft.Extensions.AI;

namespace Actant.Steps;

/// <summary>Puts an answer together out of its updates, and knows what was counted for it until then.</summary>
internal sealed class StreamedAnswer(ModelStep step, LiveThread live)
{
    private const int LongestVendorId = 16 * 1024;

    private readonly StringBuilder _text = new();
    private readonly List<ToolDemand> _calls = [];
    private readonly List<JsonElement> _parts = [];
    private StringBuilder? _thought;
    private TextReasoningContent? _reasoning;
    private string? _model;
    private string? _source;
    private string? _requestId;
    private Usage _usage;

    /// <summary>The filters that its text passes, if there are any.</summary>
    public FilteredText? Through { get; set; }

    /// <summary>One of <see cref="FinishReasons"/>, if anybody said why it ended; of several the one that takes the most back.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>What was counted so far, and what it costs.</summary>
    public SpentAttempt SpentBy(IModelPrices prices)
    {
        var asked = step.Request.Model.ModelName;
        var (source, model) = (_source ?? step.Request.Model.Provider, _model ?? asked);
        var (usage, refused) = CountedTokens.Judge(_usage);
        return new SpentAttempt(model, source, usage, prices.CostOf(source, model, asked, usage), FinishReason, _requestId) { RefusedCounts = refused };
    }

    /// <summary>It is none: the outcome, with what was counted all the same.</summary>
    public StepOutcome.Failed Failed(IModelPrices prices, Failure failure, string? requestId = null)
    {
        _requestId = VendorRequestId.OrNull(requestId) ?? _requestId;
        return new(step, failure) { Spent = SpentBy(prices) };
    }

    /// <summary>Takes an update.</summary>
    public async ValueTask AddAsync(ChatResponseUpdate update, CancellationToken cancellationToken)
    {
        _model = update.ModelId ?? _model;
        FinishReason = FinishReasons.Stricter(FinishReason, FinishReasons.Of(update.FinishReason?.Value));
        if (update.AdditionalProperties?.TryGetValue(ModelCallProperties.Source, out string? source) == true)
        {
            _source = source;
        }

        if (update.AdditionalProperties?.TryGetValue(ModelCallProperties.RequestId, out string? requestId) == true)
        {
            _requestId = VendorRequestId.OrNull(requestId);
        }

        // Counted first: what a filter makes of the rest is paid for in any case.
        var contents = update.Contents;
        for (var i = 0; i < contents.Count; i++)
        {
            if (contents[i] is UsageContent usage)
            {
                Count(usage.Details);
            }
        }

        for (var i = 0; i < contents.Count; i++)
        {
            var content = contents[i];
            if (content is not (TextReasoningContent or UsageContent))
            {
                CloseThought();
            }

            switch (content)
            {
                case TextContent text:
                    if (text.Annotations is { Count: > 0 } annotations)
                    {
                        Keep(annotations.OfType<CitationAnnotation>().Select(AnswerParts.Of));
                    }

                    if (text.Text.Length > 0)
                    {
                        Show(Through is null ? text.Text : await Through.PushAsync(text.Text, cancellationToken));
                    }

                    break;
                case FunctionCallContent call:
                    _calls.Add(new ToolDemand(AnswerIds.Of(step, _calls.Count), call.Name, CallArguments.Of(call)) { VendorId = VendorIdOf(call), ProviderData = DataOf(call) });
                    break;
                case TextReasoningContent reasoning:
                    Think(reasoning);
                    break;
                case UsageContent:
                    break;
                default:
                    Keep([AnswerParts.Of(content)]);
                    break;
            }
        }
    }

    /// <summary>The message, when all of it has come.</summary>
    public async ValueTask<Message> CompleteAsync(CancellationToken cancellationToken)
    {
        Show(Through is null ? "" : await Through.CompleteAsync(cancellationToken));
        CloseThought();
        return Message.OfText(Roles.Assistant, _text.ToString(), step.MessageId, step.Request.Speaker) with
        {
            ToolCalls = _calls.Count > 0 ? _calls : null,
            Parts = _parts.Count > 0 ? _parts : null,
            Provider = _parts.Count > 0 || _calls.Exists(static call => call.VendorId is not null || call.ProviderData is not null)
                ? _source ?? step.Request.Model.Provider : null,
        };
    }

    /// <summary>Reasoning comes in deltas; what is signed, and what stands in another field, is another one.</summary>
    private void Think(TextReasoningContent delta)
    {
        // Some say at the start that there is no signature yet.
        var signature = delta.ProtectedData is { Length: > 0 } given ? given : null;
        if (_reasoning is { ProtectedData: null } open && FieldOf(open) == FieldOf(delta))
        {
            _thought!.Append(delta.Text);
            open.ProtectedData = signature;
            return;
        }

        CloseThought();
        _reasoning = new TextReasoningContent(null) { ProtectedData = signature, AdditionalProperties = delta.AdditionalProperties };
        _thought = new StringBuilder(delta.Text);
    }

    private void CloseThought()
    {
        if (_reasoning is { } thought && (_thought!.Length > 0 || thought.ProtectedData is not null))
        {
            thought.Text = _thought.ToString();
            Keep([AnswerParts.Of(thought)]);
        }

        (_reasoning, _thought) = (null, null);
    }

    private void Keep(IEnumerable<JsonElement?> parts) => _parts.AddRange(parts.OfType<JsonElement>());

    private static string? FieldOf(TextReasoningContent delta) =>
        delta.AdditionalProperties?.TryGetValue(ModelCallProperties.Field, out string? field) == true ? field : null;

    private static JsonElement? DataOf(FunctionCallContent call) =>
        call.AdditionalProperties?.TryGetValue(ModelCallProperties.ProviderData, out JsonElement data) == true && !JsonLimits.IsTooDeep(data)
            ? JournalText.AsStored(data) : null;

    private void Count(UsageDetails details) => _usage += new Usage
    {
        Input = details.InputTokenCount ?? 0,
        Output = details.OutputTokenCount ?? 0,
        Cached = details.CachedInputTokenCount ?? 0,
        Reasoning = details.ReasoningTokenCount ?? 0,
        CacheWrites = details.AdditionalCounts?.GetValueOrDefault(ModelCallProperties.CacheWriteTokens) ?? 0,
    };

    private void Show(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        live.Publish(step.Delta(_text.Length, text));
        _text.Append(text);
    }

    // One that is no text, or that is no name any more but a document, is nothing that a vendor could want back.
    private static string? VendorIdOf(FunctionCallContent call) =>
        call.CallId is { Length: > 0 and <= LongestVendorId } id && NameRules.IsText(id) ? id : null;
}
