using System.Collections.Concurrent;
using System.Text.Json;
using Actant.Filters;
using Actant.Tools;

namespace Actant.Tests.Filters;

/// <summary>Takes a word out of everything; of streamed text it holds back what might be its beginning. Notes what passes, and refuses where it is told to.</summary>
internal sealed class WordFilter : IFilter<ValueContext, JsonElement>, IFilter<ToolCallContext, ToolResult>, IFilter<ModelCallContext, ModelAnswer>, IStreamFilter
{
    private const string Word = "secret";
    private readonly ConcurrentQueue<string> _seen = [];

    /// <summary>Where it refuses: a word of <see cref="Seen"/>.</summary>
    public string? Refuses { get; init; }

    /// <summary>What its refusals end.</summary>
    public RefusalScope Scope { get; init; }

    /// <summary>Where it runs out of its own time.</summary>
    public string? TimesOut { get; init; }

    /// <summary>Arguments wait for it.</summary>
    public TaskCompletionSource? Pause { get; init; }

    public TaskCompletionSource Paused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Seen => [.. _seen];

    /// <summary>The contexts of values, in the order in which they passed.</summary>
    public ConcurrentQueue<ValueContext> Values { get; } = [];

    public async ValueTask<JsonElement> InvokeAsync(ValueContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken)
    {
        Values.Enqueue(context);
        See(context switch
        {
            InputContext => "input",
            ToolArgumentsContext => "arguments",
            DelegationContext => "delegation",
            DelegateResultContext => "delegate result",
            HumanAnswerContext => "human answer",
            StateUpdateContext => "state update",
            CancelReasonContext => "cancel reason",
            OutputContext => "output",
            _ => throw new InvalidOperationException($"{context.GetType()} is new."),
        });
        if (context is ToolArgumentsContext && Pause is not null)
        {
            Paused.TrySetResult();
            await Pause.Task;
        }

        context.Value = Redact(context.Value);
        return await next(cancellationToken);
    }

    public async ValueTask<ToolResult> InvokeAsync(ToolCallContext context, FilterNext<ToolResult> next, CancellationToken cancellationToken)
    {
        See("call");
        var result = await next(cancellationToken);
        See(context.IsLate ? "late result" : "result");
        return result.Output is { } output ? result.With(Redact(output)) : result;
    }

    public async ValueTask<ModelAnswer> InvokeAsync(ModelCallContext context, FilterNext<ModelAnswer> next, CancellationToken cancellationToken)
    {
        See("reserve");
        try
        {
            var answer = await next(cancellationToken);
            See("answer");
            return answer;
        }
        finally
        {
            See($"settle {context.Spent.Usage.Total}");
        }
    }

    public FilteredStream Open(ModelCallContext call) => new Held(this);

    private static JsonElement Redact(JsonElement value) => JsonElement.Parse(value.GetRawText().Replace(Word, "***", StringComparison.Ordinal));

    private void See(string what)
    {
        _seen.Enqueue(what);
        if (what == Refuses)
        {
            throw new FilterRefusedException("refused", "No.", Scope);
        }

        if (what == TimesOut)
        {
            throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout");
        }
    }

    private sealed class Held(WordFilter filter) : FilteredStream
    {
        private string _held = "";

        public override ValueTask<string> PushAsync(string text, CancellationToken cancellationToken)
        {
            filter.See("text");
            var all = (_held + text).Replace(Word, "***", StringComparison.Ordinal);
            var kept = Enumerable.Range(0, Word.Length).Last(length => all.EndsWith(Word[..length], StringComparison.Ordinal));
            _held = all[^kept..];
            return new(all[..^kept]);
        }

        public override ValueTask<string> CompleteAsync(CancellationToken cancellationToken)
        {
            filter.See("text end");
            return new(_held);
        }

        public override void Abandon() => filter.See("text abandoned");
    }
}
