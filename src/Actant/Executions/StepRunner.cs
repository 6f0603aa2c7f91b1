using System.Text;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Prices;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.Executions;

/// <summary>Makes one attempt of one step and says how it ended. Decides nothing about what follows, and never throws for the outside's faults.</summary>
internal sealed class StepRunner(ToolGate gate, HookGate hooks, IModelPrices prices, EngineOptions options, TimeProvider time)
{
    /// <summary>Asks a model. Pieces of the answer go to <paramref name="live"/> as they come.</summary>
    public async Task<StepOutcome> AskAsync(ModelStep step, LiveThread live, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var question = step.Question;
        var estimate = new ModelCallEstimate(question.Model.Provider, question.Model.ModelName, question.Messages.Count, question.Model.MaxOutputTokens);
        using var clock = new CancellationTokenSource(question.Model.Timeout ?? options.ModelTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        var answer = new Answer(step, live, hooks);
        var isReserved = false;
        try
        {
            await hooks.ReserveAsync(step.Context, estimate, stop.Token);
            isReserved = true;
            var updates = question.Client.GetStreamingResponseAsync(question.Messages, ChatOptionsOf(step), stop.Token);
            await foreach (var update in AbandonableStream.ReadAsync(updates, stop.Token))
            {
                await answer.AddAsync(update, stop.Token);
            }

            var given = await answer.EndAsync(stop.Token);
            var message = AnswerIds.Settle(step, given, await hooks.OnAnswerAsync(step.Context, given, stop.Token));
            var cost = prices.PriceOf(answer.Source ?? question.Model.Provider, answer.Model ?? question.Model.ModelName, answer.Usage);
            isReserved = false;
            await hooks.SettleAsync(step.Context, estimate, answer.Usage, cost);
            return new StepOutcome.Answered(step, new ModelAnswered
            {
                Message = message,
                Request = question.Fingerprint,
                Model = answer.Model ?? question.Model.ModelName,
                ModelSource = answer.Source ?? question.Model.Provider,
                Usage = answer.Usage,
                CostUsd = cost,
                FinishReason = answer.FinishReason,
                DurationMs = (long)time.GetElapsedTime(started).TotalMilliseconds,
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome.Aborted(step);
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested)
        {
            return new StepOutcome.Failed(step, new Failure
            {
                Code = ModelErrors.TimedOut,
                Message = $"`{question.Model.ModelName}` did not answer within {(question.Model.Timeout ?? options.ModelTimeout).TotalSeconds:0.###} s.",
                Transient = true,
            });
        }
        catch (HookRefusedException refused)
        {
            return new StepOutcome.Failed(step, refused.Failure) { EndsExecution = refused.EndsExecution };
        }
        catch (ModelException failed)
        {
            return new StepOutcome.Failed(step, failed.Failure);
        }
        catch (Exception exception)
        {
            return new StepOutcome.Failed(step, FailureOf(exception, question.Model.ModelName));
        }
        finally
        {
            if (isReserved)
            {
                // The reservation must not outlive a call that failed; what the provider counted until then is owed.
                var cost = prices.PriceOf(answer.Source ?? question.Model.Provider, answer.Model ?? question.Model.ModelName, answer.Usage);
                await hooks.SettleAsync(step.Context, estimate, answer.Usage, cost);
            }
        }
    }

    /// <summary>Calls a tool.</summary>
    public async Task<StepOutcome> CallAsync(ToolStep step, CancellationToken cancellationToken)
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
            var result = await gate.InvokeAsync(step.Tool, call, step.Deadline, cancellationToken);
            var seen = await hooks.OnToolResultAsync(step.Context, step.Tool.Name, result, CancellationToken.None);
            return new StepOutcome.Called(step, Stored(step, seen), (long)time.GetElapsedTime(started).TotalMilliseconds, result.DidNotHappen);
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
    }

    /// <summary>The result as another process would read it: what a model is told must not depend on who tells it.</summary>
    private static ToolResult Stored(ToolStep step, ToolResult result) => result.Output is not { } output ? result
        : ToolGate.TooDeep(step.Tool, output) is { } tooDeep ? tooDeep
        : JournalText.AsStored(output) is not { } stored ? ToolResult.Failed(ToolErrors.ExecutionFailed, $"'{step.Tool.Name}' answered with a text that is no Unicode: half of a surrogate pair.")
        : ToolGate.TooLarge(step.Tool, stored, JsonLimits.MaxValueBytes) is { } tooLarge ? tooLarge
        : ToolResult.Succeeded(stored);

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

    /// <summary>Puts an answer together out of its updates.</summary>
    private sealed class Answer(ModelStep step, LiveThread live, HookGate hooks)
    {
        private readonly StringBuilder _text = new();
        private readonly List<ToolDemand> _calls = [];

        private const int LongestVendorId = 16 * 1024;

        public string? Model { get; private set; }

        public string? Source { get; private set; }

        public string? FinishReason { get; private set; }

        public Usage Usage { get; private set; }

        public async ValueTask AddAsync(ChatResponseUpdate update, CancellationToken cancellationToken)
        {
            Model = update.ModelId ?? Model;
            FinishReason = update.FinishReason?.Value ?? FinishReason;
            if (update.AdditionalProperties?.TryGetValue(ModelCallProperties.Source, out string? source) == true)
            {
                Source = source;
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
                    case UsageContent { Details: var details }:
                        Usage += new Usage
                        {
                            Input = details.InputTokenCount ?? 0,
                            Output = details.OutputTokenCount ?? 0,
                            Cached = details.CachedInputTokenCount ?? 0,
                            Reasoning = details.ReasoningTokenCount ?? 0,
                            CacheWrites = details.AdditionalCounts?.GetValueOrDefault(ModelCallProperties.CacheWriteTokens) ?? 0,
                        };
                        break;
                }
            }
        }

        public async ValueTask<Message> EndAsync(CancellationToken cancellationToken)
        {
            Show(await hooks.OnDeltaAsync(step.Context, step.MessageId, "", cancellationToken));
            return Message.OfText(Roles.Assistant, _text.ToString(), step.MessageId, step.Question.Speaker) with
            {
                ToolCalls = _calls.Count > 0 ? _calls : null,
            };
        }

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
}
