using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Server.Remote;

namespace Actant.Server.Commands;

/// <summary><c>actant executions</c>: what runs, ran, and waits.</summary>
internal static class ExecutionsCommand
{
    private const string Path = "/api/v1/executions";

    public static Command Create(RemoteCommand remote)
    {
        var id = new Argument<string>("id") { Description = "The execution.", HelpName = "ID" };
        var answer = new Argument<string>("answer") { Description = "The answer to its question: JSON, or a text.", HelpName = "ANSWER" };
        var status = new Option<string?>("--status") { Description = "pending, running, interrupted, completed, failed, cancelled or timed_out.", HelpName = "STATUS" };
        var agent = new Option<string?>("--agent") { Description = "The agent's name.", HelpName = "AGENT" };
        var thread = new Option<string?>("--thread") { Description = "The thread.", HelpName = "ID" };
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        var reason = new Option<string?>("--reason") { Description = "Why; stored with the execution.", HelpName = "TEXT" };
        var command = new Command("executions", "List, show, start, stop, cancel and resume executions.")
        {
            remote.Create(
                "list",
                "Show executions, newest first.",
                parsed => RemoteRequest.Get(Path, ("status", parsed.GetValue(status)), ("agent", parsed.GetValue(agent)), ("thread_id", parsed.GetValue(thread)), ("cursor", parsed.GetValue(cursor))),
                Table.Of("executions", "execution_id", "status", "agent", "thread_id", "created_at", "tokens_used", "cost_usd"),
                status,
                agent,
                thread,
                cursor),
            remote.Create("show", "Show one execution with its result.", parsed => RemoteRequest.Get(Of(parsed.GetValue(id))), Table.One, id),
            remote.Create("start", "Start one that was submitted with start: false.", parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/start"), Table.One, id),
            remote.Create("stop", "Let its running steps end, then wait.", parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/stop"), Table.One, id),
            remote.Create(
                "cancel",
                "End it; what runs is aborted.",
                parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/cancel", parsed.GetValue(reason) is { } text ? new JsonObject { ["reason"] = text } : null),
                Table.One,
                id,
                reason),
            remote.Create("resume", "Answer its question.", parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/resume", new JsonObject { ["answer"] = Value(parsed.GetValue(answer)!) }), Table.One, id, answer),
        };
        ExamplesHelp.AddTo(command, "actant executions list --status interrupted", "actant executions show ID", "actant executions resume ID '{\"approved\": true}'", "actant executions cancel ID --reason \"not needed\"");
        return command;
    }

    private static string Of(string? id) => $"{Path}/{Uri.EscapeDataString(id!)}";

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: JsonLimits.Decoding);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
