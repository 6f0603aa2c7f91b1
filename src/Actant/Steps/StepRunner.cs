using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Prices;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Steps;

/// <summary>Makes one attempt of one step and says how it ended. Decides nothing about what follows, and never throws for the outside's faults.</summary>
internal sealed class StepRunner(ToolGate gate, HookGate hooks, IModelPrices prices, EngineOptions options, TimeProvider time)
{
    /// <summary>Asks a model. Pieces of the answer go to <paramref name="live"/> as they come.</summary>
    public async Task<StepOutcome> AskAsync(ModelStep step, LiveThread live, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var question = step.Question;
        var estimate = new ModelCallEstimate(question.Model.Provider, question.Model.ModelName, question.Messages.Count, question.Model.MaxOutputTokens) { Key = step.ReservationKey };
        using var clock = new CancellationTokenSource(question.Model.Timeout ?? options.ModelTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        var answer = new StreamedAnswer(step, live, hooks);
        var isReserved = false;
        try
        {
            await hooks.ReserveAsync(step.Context, estimate, stop.Token);
            isReserved = true;
            var updates = question.Client.GetStreamingResponseAsync(OwnContents.Of(question.Messages, question.Model.Provider), ChatOptionsOf(step), stop.Token);
            await foreach (var update in AbandonableStream.ReadAsync(updates, stop.Token))
            {
                await answer.AddAsync(update, stop.Token);
            }

            var given = await answer.EndAsync(stop.Token);
            if (CutAnswers.FailureOf(step, answer.FinishReason, given) is { } cut)
            {
                throw new ModelException(cut);
            }

            var (kept, cutCalls) = CutAnswers.Keep(answer.FinishReason, given);
            var message = AnswerIds.Settle(step, kept, await hooks.OnAnswerAsync(step.Context, kept, stop.Token));
            var spent = answer.SpentBy(prices);
            isReserved = false;
            await hooks.SettleAsync(step.Context, estimate, spent.Usage, spent.Cost.Usd);
            return new StepOutcome.Answered(step, new ModelAnswered
            {
                Message = message,
                Request = question.Fingerprint,
                Model = spent.Model,
                ModelSource = spent.ModelSource,
                Usage = spent.Usage,
                CostUsd = spent.Cost.Usd,
                Cost = spent.Cost.Breakdown,
                RequestId = spent.RequestId,
                FinishReason = answer.FinishReason,
                CutCalls = cutCalls,
                DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds,
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome.Aborted(step) { Spent = answer.SpentBy(prices) };
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested)
        {
            return answer.Failed(prices, new Failure
            {
                Code = ModelErrors.TimedOut,
                Message = $"`{question.Model.ModelName}` did not answer within {(question.Model.Timeout ?? options.ModelTimeout).TotalSeconds:0.###} s.",
                Transient = true,
            });
        }
        catch (HookRefusedException refused)
        {
            return answer.Failed(prices, refused.Failure) with { EndsExecution = refused.EndsExecution };
        }
        catch (ModelException failed)
        {
            return answer.Failed(prices, failed.Failure, failed.RequestId);
        }
        catch (Exception exception)
        {
            return answer.Failed(prices, FailureOf(exception, question.Model.ModelName));
        }
        finally
        {
            if (isReserved)
            {
                // The reservation must not outlive a call that failed; what the provider counted until then is owed.
                var spent = answer.SpentBy(prices);
                await hooks.SettleAsync(step.Context, estimate, spent.Usage, spent.Cost.Usd);
            }
        }
    }

    /// <summary>Calls a tool.</summary>
    /// <param name="step">The call.</param>
    /// <param name="late">Told how an unsafe call ended that was not waited for to its end.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<StepOutcome> CallAsync(ToolStep step, Action<StepOutcome> late, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var call = new ToolCall
            {
                CallId = step.Call.Id,
                Attempt = step.Attempt,
                IdempotencyKey = step.IdempotencyKey,
                Arguments = step.Arguments,
                Context = step.Context,
            };
            var result = await gate.InvokeAsync(
                step.Tool, call, step.Deadline, step.Tool.Class == ToolClass.Unsafe ? ended => _ = TellLateAsync(ended) : null, cancellationToken);
            return await SeenAsync(result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome.Aborted(step);
        }
        catch (HookRefusedException refused)
        {
            return new StepOutcome.Called(step, ToolResult.Failed(refused.Failure), (long)time.GetElapsedTime(started).TotalMilliseconds)
            {
                EndsExecution = refused.EndsExecution,
            };
        }

        async Task<StepOutcome> SeenAsync(ToolResult result)
        {
            var seen = await hooks.OnToolResultAsync(step.Context, step.Tool.Name, result, CancellationToken.None);
            return new StepOutcome.Called(step, Stored(step, seen), (long)time.GetElapsedTime(started).TotalMilliseconds, result.DidNotHappen);
        }

        async Task TellLateAsync(ToolResult result)
        {
            try
            {
                late(await SeenAsync(result));
            }
            catch (HookRefusedException refused)
            {
                late(new StepOutcome.Called(step, ToolResult.Failed(refused.Failure), (long)time.GetElapsedTime(started).TotalMilliseconds));
            }
        }
    }

    /// <summary>The result as another process would read it: what a model is told must not depend on who tells it.</summary>
    private static ToolResult Stored(ToolStep step, ToolResult result) => result.Output is not { } output ? result
        : ToolGate.TooDeep(step.Tool, output) is { } tooDeep ? tooDeep
        : JournalText.AsStored(output) is not { } stored ? ToolResult.Failed(ToolErrors.ExecutionFailed, $"'{step.Tool.Name}' answered with a text that is no Unicode: half of a surrogate pair.")
        : ToolGate.TooLarge(step.Tool, stored, JsonLimits.MaxValueBytes) is { } tooLarge ? tooLarge
        : result.With(stored);

    private static Failure FailureOf(Exception exception, string model)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                // Ours are told apart before: this is the client's own time-out, or another's further in.
                case OperationCanceledException or TimeoutException:
                    return new Failure { Code = ModelErrors.TimedOut, Message = $"`{model}` did not answer in the time of its client: {exception.Message}", Transient = true };
                case HttpRequestException or IOException or System.Net.Sockets.SocketException:
                    return new Failure { Code = ModelErrors.Unavailable, Message = $"`{model}` cannot be reached: {exception.Message}", Transient = true };
            }
        }

        return new Failure { Code = ModelErrors.Rejected, Message = $"`{model}` failed: {exception.Message}" };
    }

    private static ChatOptions ChatOptionsOf(ModelStep step) => new()
    {
        ModelId = step.Question.Model.ModelName,
        Temperature = step.Question.Model.Temperature,
        TopP = step.Question.Model.TopP,
        MaxOutputTokens = step.Question.Model.MaxOutputTokens,
        StopSequences = step.Question.Model.Stop.Count > 0 ? [.. step.Question.Model.Stop] : null,
        Tools = step.Question.Tools.Count > 0 ? [.. step.Question.Tools] : null,
        AdditionalProperties = new()
        {
            [ModelCallProperties.Attempt] = step.Attempt,
            [ModelCallProperties.Tenant] = step.Context.Thread.Tenant.Value,
        },
    };
}
