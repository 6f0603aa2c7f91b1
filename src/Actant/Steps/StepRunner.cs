using Actant.Events;
using Actant.Filters;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Prices;
using Actant.Tools;

namespace Actant.Steps;

/// <summary>Makes one attempt of one step and says how it ended. Decides nothing about what follows, and never throws for the outside's faults.</summary>
internal sealed class StepRunner(ToolGate gate, FilterChains filters, IModelPrices prices, EngineOptions options, TimeProvider time)
{
    /// <summary>Calls a model. Deltas of the answer go to <paramref name="live"/> as they come.</summary>
    public async Task<StepOutcome> CallModelAsync(ModelStep step, LiveThread live, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var request = step.Request;
        using var clock = new CancellationTokenSource(request.Model.Timeout ?? options.ModelTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        var attempt = new ModelAttempt(step, live, filters, prices);
        try
        {
            var answer = await attempt.CallAsync(stop.Token);
            var spent = attempt.Spent;
            return new StepOutcome.Answered(step, new ModelAnswered
            {
                Message = answer.Message,
                Request = request.Fingerprint,
                Model = spent.Model,
                ModelSource = spent.ModelSource,
                Usage = spent.Usage,
                CostUsd = spent.Cost.Usd,
                Cost = spent.Cost.Breakdown,
                RequestId = spent.RequestId,
                FinishReason = answer.FinishReason,
                CutCalls = attempt.CutCalls,
                DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds,
            })
            {
                Spent = spent,
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome.Aborted(step) { Spent = attempt.Spent };
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested)
        {
            return attempt.Failed(new Failure
            {
                Code = ModelErrors.TimedOut,
                Message = $"`{request.Model.ModelName}` did not answer within {(request.Model.Timeout ?? options.ModelTimeout).TotalSeconds:0.###} s.",
                Transient = true,
            });
        }
        catch (FilterRefusedException refused)
        {
            return attempt.Failed(refused.Failure) with { EndsExecution = refused.Scope == RefusalScope.Execution };
        }
        catch (ModelException failed)
        {
            return attempt.Failed(failed.Failure, failed.RequestId);
        }
        catch (Exception exception)
        {
            return attempt.Failed(FailureOf(exception, request.Model.ModelName));
        }
    }

    /// <summary>Calls a tool.</summary>
    /// <param name="step">The call.</param>
    /// <param name="late">Told how an unsafe call ended that was not waited for to its end.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<StepOutcome> CallToolAsync(ToolStep step, Action<StepOutcome> late, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var attempt = new ToolAttempt(step, gate, filters);
        try
        {
            return Called(await attempt.CallAsync(step.Tool.Class == ToolClass.Unsafe ? ended => _ = ReportLateAsync(ended) : null, cancellationToken), attempt.DidNotHappen);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome.Aborted(step);
        }
        catch (FilterRefusedException refused)
        {
            return Called(ToolResult.Failed(refused.Failure), attempt.DidNotHappen) with { EndsExecution = refused.Scope == RefusalScope.Execution };
        }

        StepOutcome Called(ToolResult result, bool didNotHappen) =>
            new StepOutcome.Called(step, Stored(step, result), (long)time.GetElapsedTime(started).TotalMilliseconds, didNotHappen);

        async Task ReportLateAsync(ToolResult result)
        {
            try
            {
                late(Called(await attempt.PassLateAsync(result), result.DidNotHappen));
            }
            catch (FilterRefusedException refused)
            {
                late(Called(ToolResult.Failed(refused.Failure), didNotHappen: false));
            }
        }
    }

    /// <summary>The result as another process would read it: what a model is given must not depend on who gives it.</summary>
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
}
