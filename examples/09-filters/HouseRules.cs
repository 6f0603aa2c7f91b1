using System.Text;
using System.Text.Json;
using Actant.Filters;
using Actant.Hosting;
using Actant.Outbox;
using Actant.Tools;

namespace Actant.Examples.Filters;

public sealed class HouseRules : IActantPlugin, IStreamFilter, IOutboxSender,
    IFilter<ValueContext, JsonElement>, IFilter<ToolCallContext, ToolResult>, IFilter<ModelCallContext, ModelAnswer>
{
    private const string Word = "Blue Heron";

    public string Scheme => "console";

    public TaskCompletionSource<string> Sent { get; } = new();

    public void Configure(ActantBuilder builder) => builder.AddFilter(this).AddOutboxSender(this)
        .AddTool(FunctionTool.Create(() => "Blue Heron is our next product.", "look", "Looks it up.", ToolClass.Pure));

    public async ValueTask<JsonElement> InvokeAsync(ValueContext context, FilterNext<JsonElement> next, CancellationToken cancellationToken) =>
        Redact(await next(cancellationToken));

    public async ValueTask<ToolResult> InvokeAsync(ToolCallContext context, FilterNext<ToolResult> next, CancellationToken cancellationToken) =>
        await next(cancellationToken) is var result && result.Output is { } output ? result.With(Redact(output)) : result;

    public async ValueTask<ModelAnswer> InvokeAsync(ModelCallContext context, FilterNext<ModelAnswer> next, CancellationToken cancellationToken)
    {
        if (context.Estimate.CostUsd > 0.50m)
        {
            throw new FilterRefusedException("too_expensive", $"This may cost {context.Estimate.CostUsd} USD.", RefusalScope.Execution);
        }

        // What calls are demanded is stored with the answer, before it passes as arguments.
        var answer = await next(cancellationToken);
        return answer.Message.ToolCalls is { } calls
            ? answer with { Message = answer.Message with { ToolCalls = [.. calls.Select(static call => call with { Arguments = Redact(call.Arguments) })] } } : answer;
    }

    public FilteredStream Open(ModelCallContext call) => new HeldBack();

    public ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        Sent.TrySetResult($"{message.Destination}: {Encoding.UTF8.GetString(message.Body.Span)}");
        return new(SendResult.Delivered);
    }

    private static JsonElement Redact(JsonElement value) => JsonElement.Parse(value.GetRawText().Replace(Word, "***", StringComparison.Ordinal));

    private sealed class HeldBack : FilteredStream
    {
        private string _held = "";

        public override ValueTask<string> PushAsync(string text, CancellationToken cancellationToken)
        {
            var all = (_held + text).Replace(Word, "***", StringComparison.Ordinal);
            _held = Word[..Enumerable.Range(0, Word.Length).Last(length => all.EndsWith(Word[..length], StringComparison.Ordinal))];
            return new(all[..^_held.Length]);
        }

        public override ValueTask<string> CompleteAsync(CancellationToken cancellationToken) => new(_held);
    }
}
