using System.Text.Json;
using Actant.Api;
using Actant.CloudEvents;
using Actant.Executions;
using Actant.Storage;
using Microsoft.Extensions.Logging;

namespace Actant.DomainActions;

/// <summary>What becomes of one action: stored, answered, put back, or given up. It has no rule of its own about what may be asked.</summary>
internal sealed partial class ActionHandling(
    DomainActionOptions options, ActantEngine engine, ActantOperations operations, RequestRoom room, ActionReplies replies, ActionMeter meter, TimeProvider time, ILogger log)
{
    private const int LargestAnswer = CommandDocument.MaxBytes;

    private readonly CallbackQueues _callbacks = new(engine);
    private readonly ActionQueries _queries = new(operations);

    /// <summary>Handles an action.</summary>
    /// <param name="queue">Where it came from.</param>
    /// <param name="action">The action.</param>
    /// <param name="bytes">How large it was.</param>
    /// <param name="cancellationToken">The process stops: what was not begun is put back.</param>
    public async Task<Verdict> HandleAsync(ActionQueue queue, DomainAction action, int bytes, CancellationToken cancellationToken)
    {
        try
        {
            if (Unanswerable(queue, action) is { } refusal)
            {
                return Bury(action, refusal);
            }

            if (action.Refusal is { } malformed)
            {
                return await GiveUpAsync(action, malformed);
            }

            using var held = room.Enter(action.Tenant!.Value);
            if (held.Hold(bytes) is not null)
            {
                return Verdict.Back;
            }

            var caller = new Caller(action.Tenant.Value, options.Role, KeyId: null, UserId: "domain_actions");
            return action.Type switch
            {
                ActionTypes.AgentRun => await RunAsync(queue, caller, action, cancellationToken),
                ActionTypes.AgentConfig or ActionTypes.History or ActionTypes.Context => await AnswerAsync(caller, action, cancellationToken),
                ActionTypes.EmbeddingCallback or ActionTypes.QueryCallback => await ResumeAsync(caller, action, cancellationToken),
                _ => await GiveUpAsync(action, new Refusal(DomainActionErrors.UnknownAction, $"There is no such action here; there are: {string.Join(", ", ActionTypes.All)}.")),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Verdict.Back;
        }
        catch (StoreUnavailableException exception)
        {
            LogPutBack(log, queue.Name, exception.Message.ReplaceLineEndings(" "));
            return Verdict.Back;
        }
        catch (Exception exception) when (DomainActionLink.IsAway(exception))
        {
            LogPutBack(log, queue.Name, exception.Message.ReplaceLineEndings(" "));
            return Verdict.Back;
        }
        catch (Exception exception)
        {
            LogFailed(log, exception, queue.Name, ActionTypes.Label(action.Type));
            return await FailAsync(action, Refusals.Of(exception) ?? new Refusal(RefusalCodes.InternalError, "Something went wrong here; the log has the details. The action is kept as a dead letter."));
        }
    }

    /// <summary>Why nobody can be told what is wrong: it is not known who asked, or where they may be answered.</summary>
    private Refusal? Unanswerable(ActionQueue queue, DomainAction action)
    {
        if (action.Tenant is not { } tenant)
        {
            return action.Refusal!;
        }

        if (TierOf(tenant) is var tier && !tier.Equals(queue.Tier, StringComparison.OrdinalIgnoreCase))
        {
            return Wrong("tenant_id", $"The tenant is of the tier `{tier}`, and this is a queue of `{queue.Tier}`.", DomainActionErrors.WrongQueue);
        }

        if (action.CallbackQueue is not { } callback)
        {
            return null;
        }

        return _callbacks.Refuse(tenant, callback) is { } why ? Wrong("callback_queue_name", why, RefusalCodes.Forbidden)
            : action.TaskId is null || new CallbackTarget(callback, action.TaskId, action.CorrelationId).Fits ? null
            : Wrong("callback_queue_name", "It is too long together with `task_id` and `correlation_id`.", RefusalCodes.InvalidInput);
    }

    private static Refusal Wrong(string field, string message, string code) => new(code, $"$.{field}: {message}", [new DefinitionProblem($"$.{field}", code, message)]);

    private string TierOf(TenantId tenant) => engine.Options.Tiers.GetValueOrDefault(tenant)?.Tier ?? options.DefaultTier;

    private async Task<Verdict> RunAsync(ActionQueue queue, Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        var command = RunPayload.Read(action.Payload, action.TaskId!);
        if (!command.IsDone)
        {
            return await GiveUpAsync(action, command.Refusal);
        }

        var target = new DeliveryTarget { Url = new CallbackTarget(action.CallbackQueue, action.TaskId!, action.CorrelationId).Url };
        var reply = await operations.Executions.SubmitAsync(caller, command.Value with { Sinks = [target] }, cancellationToken);
        if (reply.IsDone)
        {
            meter.Add(action.Type, "done");
            return Verdict.Done;
        }

        switch (RefusalTable.Of(reply.Refusal).Category)
        {
            // The tenant has as much as it may. Where what is held back is tried again, it stays where it is.
            case ErrorCategory.Limited or ErrorCategory.Full when reply.Refusal.Code is not (RefusalCodes.TooManyRequests or RefusalCodes.StorageFull):
                return queue.HeldBack is null ? Verdict.HeldBack(caller.Tenant) : Verdict.Back;
            case ErrorCategory.Limited or ErrorCategory.Full or ErrorCategory.Unavailable:
                return Verdict.Back;
            default:
                return await GiveUpAsync(action, reply.Refusal);
        }
    }

    private async Task<Verdict> AnswerAsync(Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        if (action.CallbackQueue is null)
        {
            return Bury(action, Wrong("callback_queue_name", "This field is needed: nobody could be answered.", RefusalCodes.InvalidInput));
        }

        var (data, refusal) = await _queries.AskAsync(caller, action, cancellationToken);
        if (refusal is not null)
        {
            return refusal.Code == RefusalCodes.InvalidInput ? await GiveUpAsync(action, refusal) : await RefuseAsync(action, refusal);
        }

        var answer = AnswerWriter.Done(action, data);
        if (answer.Length > LargestAnswer)
        {
            return await RefuseAsync(action, new Refusal(RefusalCodes.PayloadTooLarge, $"The answer would have {answer.Length} bytes, of at most {LargestAnswer}. Ask for less, with `limit`."));
        }

        await replies.AnswerAsync(action.CallbackQueue, answer);
        meter.Add(action.Type, "done");
        return Verdict.Done;
    }

    /// <summary>The answer to what an execution asked another service for: it waits with a question, whose id is the correlation.</summary>
    private async Task<Verdict> ResumeAsync(Caller caller, DomainAction action, CancellationToken cancellationToken)
    {
        var value = action.Payload.ValueKind == JsonValueKind.Undefined ? JsonElement.Parse("{}") : action.Payload;
        var execution = ExecutionId.TryParse(action.TaskId, out _) ? action.TaskId
            : (await engine.For(caller.Tenant).FindAsync(JobKey.Of(JobKey.DomainActionSpace, action.TaskId!), cancellationToken))?.Id.ToString() ?? action.TaskId!;
        var command = action.CorrelationId is { } question
            ? new ResumeCommand { Execution = execution, Answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [question] = value } }
            : new ResumeCommand { Execution = execution, Answer = value };
        var reply = await operations.Executions.ResumeAsync(caller, command, cancellationToken);
        if (!reply.IsDone)
        {
            return RefusalTable.Of(reply.Refusal).Category switch
            {
                ErrorCategory.Limited or ErrorCategory.Full or ErrorCategory.Unavailable => Verdict.Back,

                // It comes again, or too late: there is nothing left to do with it.
                ErrorCategory.Conflict => await RefuseAsync(action, reply.Refusal),
                _ => await GiveUpAsync(action, reply.Refusal),
            };
        }

        if (action.CallbackQueue is { } queue)
        {
            await replies.AnswerAsync(queue, AnswerWriter.Done(action, JsonSerializer.SerializeToElement(reply.Value, Operations.ResumeExecution.Json)));
        }

        meter.Add(action.Type, "done");
        return Verdict.Done;
    }

    private async Task<Verdict> RefuseAsync(DomainAction action, Refusal refusal)
    {
        await TellAsync(action, refusal);
        meter.Add(action.Type, "refused");
        return Verdict.Done;
    }

    private async Task<Verdict> GiveUpAsync(DomainAction action, Refusal refusal)
    {
        await TellAsync(action, refusal);
        return Bury(action, refusal);
    }

    private Verdict Bury(DomainAction action, Refusal refusal)
    {
        meter.Add(action.Type, "dead");
        LogDead(log, ActionTypes.Label(action.Type), refusal.Code, refusal.Message.ReplaceLineEndings(" "));
        return Verdict.Dead(AnswerWriter.Reason(refusal, time.GetUtcNow()));
    }

    private async Task<Verdict> FailAsync(DomainAction action, Refusal refusal)
    {
        try
        {
            return await GiveUpAsync(action, refusal);
        }
        catch (Exception exception) when (DomainActionLink.IsAway(exception))
        {
            return Verdict.Back;
        }
    }

    private async Task TellAsync(DomainAction action, Refusal refusal)
    {
        if (action.CallbackQueue is { } queue)
        {
            await replies.AnswerAsync(queue, AnswerWriter.Refused(action, refusal, time.GetUtcNow()));
        }
    }

    [LoggerMessage(EventId = 6411, Level = LogLevel.Warning, Message = "An action {Action} is given up: {Code}: {Reason}")]
    private static partial void LogDead(ILogger logger, string action, string code, string reason);

    [LoggerMessage(EventId = 6412, Level = LogLevel.Error, Message = "An action {Action} of {Queue} could not be handled")]
    private static partial void LogFailed(ILogger logger, Exception exception, string queue, string action);

    [LoggerMessage(EventId = 6413, Level = LogLevel.Warning, Message = "Actions of {Queue} are put back: {Reason}")]
    private static partial void LogPutBack(ILogger logger, string queue, string reason);
}
