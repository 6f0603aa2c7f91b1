using System.Text.Json;
using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Prices;
using Microsoft.Extensions.AI;

namespace Actant.Steps;

/// <summary>One attempt of a model call, through the filters; knows what was counted for it, whatever came of it.</summary>
internal sealed class ModelAttempt
{
    private const string What = "an answer";

    private readonly ModelStep _step;
    private readonly FilterChains _filters;
    private readonly IModelPrices _prices;
    private readonly StreamedAnswer _answer;
    private Message? _given;

    public ModelAttempt(ModelStep step, LiveThread live, FilterChains filters, IModelPrices prices)
    {
        (_step, _filters, _prices) = (step, filters, prices);
        _answer = new StreamedAnswer(step, live);
    }

    /// <summary>What was counted until now, and what it costs.</summary>
    public SpentAttempt Spent => _answer.SpentBy(_prices);

    /// <summary>Calls of an answer that was cut off, and accepted without them.</summary>
    public IReadOnlyList<ToolDemand>? CutCalls { get; private set; }

    /// <summary>It gave no answer: the outcome, with what was counted all the same.</summary>
    public StepOutcome.Failed Failed(Failure failure, string? requestId = null) => _answer.Failed(_prices, failure, requestId);

    /// <summary>The answer as it is stored.</summary>
    /// <exception cref="FilterRefusedException">A filter did not let the request or the answer pass.</exception>
    /// <exception cref="ModelException">There is none.</exception>
    public async ValueTask<ModelAnswer> CallAsync(CancellationToken cancellationToken)
    {
        if (_filters.ModelCalls.IsEmpty && _filters.Streams.IsEmpty)
        {
            return Checked(await StreamAsync(cancellationToken));
        }

        var call = Context();
        return Checked(_filters.ModelCalls.IsEmpty
            ? await StreamThroughAsync(call, cancellationToken)
            : await _filters.ModelCalls.InvokeAsync(call, stop => StreamThroughAsync(call, stop), cancellationToken));
    }

    private ModelAnswer Checked(ModelAnswer answer)
    {
        if (ReferenceEquals(answer.Message, _given))
        {
            // Names of calls are kept as they would be read back, whoever wrote them.
            var own = AnswerIds.Assign(_step, _given, answer.Message);
            return ReferenceEquals(own, answer.Message) ? answer : answer with { Message = own };
        }

        try
        {
            if (!CanBeStored(answer.Message))
            {
                throw FilterFaults.Unusable(What, "a value of it is none, is nested too deep, or has a text that is no Unicode.");
            }

            // As it would be read: what is no message here could not be told to a model later either.
            var message = AnswerIds.Assign(_step, _given, answer.Message);
            var element = JsonSerializer.SerializeToElement(message, JournalJson.Default.Message);
            return MessageReader.FaultOf(JsonValues.ToArray([element]), isOfModel: true) is { } fault ? throw FilterFaults.Unusable(What, fault.Message)
                : JsonValues.BytesOf(element) > JsonLimits.MaxValueBytes ? throw FilterFaults.Unusable(What, $"it has more than {JsonLimits.MaxValueBytes} bytes.")
                : answer with { Message = message };
        }
        catch (Exception exception) when (exception is not FilterRefusedException)
        {
            throw FilterFaults.Unusable(What, exception is ObjectDisposedException ? "a JsonDocument of it was disposed of. Use a clone." : exception.Message);
        }
    }

    private static bool CanBeStored(Message? message) => message is not null && CanBeStored(message.Content)
        && (message.ToolCalls ?? []).All(static call => call is not null && CanBeStored(call.Arguments)) && (message.Parts ?? []).All(CanBeStored);

    private static bool CanBeStored(JsonElement value) => value.ValueKind != JsonValueKind.Undefined && !JsonLimits.IsTooDeep(value) && JournalText.AsStored(value) is not null;

    private async ValueTask<ModelAnswer> StreamThroughAsync(ModelCallContext call, CancellationToken cancellationToken)
    {
        if (_filters.Streams.IsEmpty)
        {
            return await StreamAsync(cancellationToken);
        }

        var text = _filters.Streams.Open(call);
        _answer.Through = text;
        try
        {
            return await StreamAsync(cancellationToken);
        }
        finally
        {
            text.Abandon();
        }
    }

    private async ValueTask<ModelAnswer> StreamAsync(CancellationToken cancellationToken)
    {
        var request = _step.Request;
        var updates = request.Client.GetStreamingResponseAsync(OwnContents.Of(request.Messages, request.Model.Provider), ChatOptionsOf(_step), cancellationToken);
        await foreach (var update in AbandonableStream.ReadAsync(updates, cancellationToken))
        {
            await _answer.AddAsync(update, cancellationToken);
        }

        var given = await _answer.CompleteAsync(cancellationToken);
        if (CutAnswers.FailureOf(_step, _answer.FinishReason, given) is { } cut)
        {
            throw new ModelException(cut);
        }

        (_given, CutCalls) = CutAnswers.Keep(_answer.FinishReason, given);
        return new ModelAnswer(_given) { FinishReason = _answer.FinishReason };
    }

    private ModelCallContext Context() => new(call => TokenEstimate.Of(call, _prices), Counted)
    {
        Site = FilterSite.Of(_step.Context),
        Provider = _step.Request.Model.Provider,
        Model = _step.Request.Model.ModelName,
        Messages = _step.Request.Messages,
        Tools = _step.Request.Tools,
        MaxOutputTokens = _step.Request.Model.MaxOutputTokens,
        MessageId = _step.MessageId,
        Turn = _step.Turn,
        Attempt = _step.Attempt,
        Key = _step.ReservationKey,
    };

    private ModelCallSpent Counted()
    {
        var spent = Spent;
        return new ModelCallSpent { Model = spent.Model, ModelSource = spent.ModelSource, Usage = spent.Usage, CostUsd = spent.Cost.Usd, RequestId = spent.RequestId };
    }

    private static ChatOptions ChatOptionsOf(ModelStep step) => new()
    {
        ModelId = step.Request.Model.ModelName,
        Temperature = step.Request.Model.Temperature,
        TopP = step.Request.Model.TopP,
        MaxOutputTokens = step.Request.Model.MaxOutputTokens,
        StopSequences = step.Request.Model.Stop.Count > 0 ? [.. step.Request.Model.Stop] : null,
        Tools = step.Request.Tools.Count > 0 ? [.. step.Request.Tools] : null,
        AdditionalProperties = new()
        {
            [ModelCallProperties.Attempt] = step.Attempt,
            [ModelCallProperties.Tenant] = step.Context.Thread.Tenant.Value,
        },
    };
}
