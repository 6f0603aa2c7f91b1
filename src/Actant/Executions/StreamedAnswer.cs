using System.Text;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Prices;
using Microsoft.Extensions.AI;

namespace Actant.Executions;

/// <summary>Puts an answer together out of its updates, and knows what was counted for it until then.</summary>
internal sealed class StreamedAnswer(ModelStep step, LiveThread live, HookGate hooks)
{
    private const int LongestVendorId = 16 * 1024;

    private readonly StringBuilder _text = new();
    private readonly List<ToolDemand> _calls = [];
    private string? _model;
    private string? _source;
    private string? _requestId;
    private Usage _usage;

    /// <summary>One of <see cref="FinishReasons"/>, if anybody said why it ended.</summary>
    public string? FinishReason { get; private set; }

    /// <summary>What was counted so far, and what it costs.</summary>
    public SpentAttempt SpentBy(IModelPrices prices)
    {
        var (source, model) = (_source ?? step.Question.Model.Provider, _model ?? step.Question.Model.ModelName);
        return new SpentAttempt(model, source, _usage, prices.CostOf(source, model, _usage), FinishReason, _requestId);
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
        FinishReason = FinishReasons.Of(update.FinishReason?.Value) ?? FinishReason;
        if (update.AdditionalProperties?.TryGetValue(ModelCallProperties.Source, out string? source) == true)
        {
            _source = source;
        }

        if (update.AdditionalProperties?.TryGetValue(ModelCallProperties.RequestId, out string? requestId) == true)
        {
            _requestId = VendorRequestId.OrNull(requestId);
        }

        // Counted first: what a filter makes of the rest is paid for in any case.
        foreach (var content in update.Contents.OfType<UsageContent>())
        {
            Count(content.Details);
        }

        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } text:
                    Show(await hooks.OnDeltaAsync(step.Context, step.MessageId, text.Text, cancellationToken));
                    break;
                case FunctionCallContent call:
                    _calls.Add(new ToolDemand(AnswerIds.Of(step, _calls.Count), call.Name, CallArguments.Of(call)) { VendorId = VendorIdOf(call) });
                    break;
            }
        }
    }

    /// <summary>The message, when all of it has come.</summary>
    public async ValueTask<Message> EndAsync(CancellationToken cancellationToken)
    {
        Show(await hooks.OnDeltaAsync(step.Context, step.MessageId, "", cancellationToken));
        return Message.OfText(Roles.Assistant, _text.ToString(), step.MessageId, step.Question.Speaker) with
        {
            ToolCalls = _calls.Count > 0 ? _calls : null,
        };
    }

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

        live.Delta(step.Piece(_text.Length, text));
        _text.Append(text);
    }

    // One that is no text, or that is no name any more but a document, is nothing that a vendor could want back.
    private static string? VendorIdOf(FunctionCallContent call) =>
        call.CallId is { Length: > 0 and <= LongestVendorId } id && JournalText.IsText(id) ? id : null;
}
