using System.Text;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;

namespace Actant.Testing.Executions;

/// <summary>All that can be seen of executions and their thread and must be the same wherever and however they ran: without ids and times.</summary>
internal static class ExecutionText
{
    /// <summary>Of executions and the thread that they ran on.</summary>
    /// <param name="isParallel">Whether the order of messages is open.</param>
    /// <param name="results">How they ended.</param>
    /// <param name="state">What is left.</param>
    public static string Of(bool isParallel, IEnumerable<ExecutionResult> results, ThreadView state)
    {
        var text = new StringBuilder();
        foreach (var result in results)
        {
            text.AppendLine(Of(isParallel, result));
        }

        return text.Append(Of(isParallel, state)).ToString();
    }

    /// <summary>Of an execution.</summary>
    public static string Of(bool isParallel, ExecutionResult result)
    {
        // A failed call tells the model when it failed: that text is not always of the same length.
        var tokens = result.ToolResults.All(call => call.Success) ? $"{result.Usage} {result.Record.Tokens}" : "";
        var text = new StringBuilder().AppendLine($"{result.Record.Status} {result.Record.Failure} tokens {tokens} {Short(result.Response)}");
        text.AppendJoin('\n', Sorted(true, result.ToolResults.Select(call =>
            $"  {WithoutId(call.Activation)} {call.ToolName} {Short(call.Arguments.GetRawText())} {call.Success} {Short(call.Output?.GetRawText())} {call.Failure}"))).AppendLine();
        return text.AppendJoin('\n', Sorted(isParallel, result.Messages.Select(Describe))).ToString();
    }

    /// <summary>Of a thread.</summary>
    public static string Of(bool isParallel, ThreadView state)
    {
        var text = new StringBuilder();
        text.AppendJoin('\n', Sorted(isParallel, state.Messages.Select(Describe))).AppendLine();
        text.AppendJoin('\n', Sorted(true, state.Values.Select(value => $"  {value.Key} = {Short(value.Value.GetRawText())}"))).AppendLine();
        return text.Append($"open: {state.Execution is not null} {state.Interrupts.Count}").ToString();
    }

    private static string Describe(Message message)
    {
        var calls = string.Concat((message.ToolCalls ?? []).Select(call => $" {call.VendorId}:{call.Name}:{Short(call.Arguments.GetRawText())}"));
        return $"  {message.Role} {message.Name} {message.ToolCallId is not null}: {Short(WithoutTime(message.Text))}{calls}";
    }

    /// <summary>Ids of calls hold the execution's; of a sub-agent's activation only the node is the same everywhere.</summary>
    private static string WithoutId(string activation) =>
        string.Join('/', activation.Split('/').Select(scope => scope.Split(':')[0]));

    private static string? Short(string? text) => text is { Length: > 200 } ? $"{text[..200]}… {text.Length} {BlobHash.Of(Encoding.UTF8.GetBytes(text))}" : text;

    private static string? WithoutTime(string? text) =>
        text?.IndexOf("\"timestamp\":", StringComparison.Ordinal) is { } at and >= 0 ? text[..at] : text;

    private static IEnumerable<string> Sorted(bool isOpen, IEnumerable<string> lines) => isOpen ? lines.Order(StringComparer.Ordinal) : lines;
}
