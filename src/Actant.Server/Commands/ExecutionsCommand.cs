using System.CommandLine;
using System.Text.Json.Nodes;
using Actant.Server.Remote;
using Actant.Server.Running;

namespace Actant.Server.Commands;

/// <summary><c>actant executions</c>: what runs, ran, and waits.</summary>
internal static class ExecutionsCommand
{
    private const string Path = "/api/v1/executions";

    public static Command Create(RemoteCommand remote)
    {
        var id = new Argument<string>("id") { Description = "The execution.", HelpName = "ID" };
        var answer = new Argument<string>("answer") { Description = "The answer to its question: JSON, or a text; - reads stdin.", HelpName = "ANSWER" };
        var question = new Option<string?>("--question") { Description = "Which question, where several are open.", HelpName = "ID" };
        var reason = new Option<string?>("--reason") { Description = "Why; stored with the execution.", HelpName = "TEXT" };
        var command = new Command("executions", "Submit, list, show, follow, start, stop, cancel and resume executions.")
        {
            Submit(remote),
            List(remote),
            remote.Create("show", "Show one execution with its result.", parsed => RemoteRequest.Get(Of(parsed.GetValue(id))), Table.One, id),
            remote.CreateStream("follow", "Show what happens until it has ended. Exit code 0 completed, 1 failed, 3 waits for a person.", parsed => Of(parsed.GetValue(id)), id),
            remote.Create("start", "Start one that was submitted with --hold.", parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/start"), Table.One, id),
            remote.Create("stop", "Let its running steps end, then wait.", parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/stop"), Table.One, id),
            remote.Create(
                "cancel",
                "End it; what runs is aborted.",
                parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/cancel", parsed.GetValue(reason) is { } text ? new JsonObject { ["reason"] = text } : null, ("reason", "--reason")),
                Table.One,
                id,
                reason),
            remote.Create(
                "resume",
                "Answer its question.",
                parsed =>
                {
                    var said = InputText.ValueOf(StandardInput.TextOr(parsed.GetValue(answer)!));
                    return RemoteRequest.Post(
                        $"{Of(parsed.GetValue(id))}/resume",
                        parsed.GetValue(question) is { } one ? new JsonObject { ["answers"] = new JsonObject { [one] = said } } : new JsonObject { ["answer"] = said },
                        ("answer", "ANSWER"),
                        ("answers", "ANSWER"));
                },
                Table.One,
                id,
                answer,
                question),
        };
        ExamplesHelp.AddTo(
            command,
            "actant executions submit math-assistant \"What is 15 + 27?\"",
            "actant executions list --status interrupted",
            "actant executions follow ID",
            "actant executions resume ID '{\"approved\": true}'",
            "actant executions cancel ID --reason \"not needed\"");
        return command;
    }

    private static Command Submit(RemoteCommand remote)
    {
        var agent = new Argument<string>("agent") { Description = "Its name; behind it @VERSION or @LABEL.", HelpName = "AGENT" };
        var text = new Argument<string?>("input") { Description = "What it is asked; - reads stdin.", HelpName = "INPUT", Arity = ArgumentArity.ZeroOrOne };
        var input = new InputOptions();
        var thread = new Option<string?>("--thread") { Description = "Go on with a conversation, or name a new one.", HelpName = "ID" };
        var priority = new Option<int?>("--priority") { Description = "0 to 9, 9 first.", HelpName = "NUMBER" };
        var labels = new Option<string[]>("--label") { Description = "What it is filed under: NAME=VALUE; several times.", HelpName = "NAME=VALUE" };
        var hold = new Option<bool>("--hold") { Description = "Hold it until it is started." };
        return remote.Create(
            "submit",
            "Have an agent run, and go on without waiting for it.",
            parsed =>
            {
                var body = new JsonObject { ["agent"] = parsed.GetValue(agent), ["input"] = input.Read(parsed, parsed.GetValue(text)) };
                Put(body, "thread_id", parsed.GetValue(thread));
                Put(body, "priority", parsed.GetValue(priority));
                if (parsed.GetValue(labels) is { Length: > 0 } given)
                {
                    body["labels"] = new JsonObject([.. given.Select(static label => InputText.Pair(label, "--label")).Select(static pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value))]);
                }

                if (parsed.GetValue(hold))
                {
                    body["start"] = false;
                }

                return RemoteRequest.Post(
                    Path,
                    body,
                    [("agent", "AGENT"), ("thread_id", "--thread"), ("priority", "--priority"), ("labels", "--label"), .. input.NamesOf(parsed, parsed.GetValue(text))]);
            },
            Table.One,
            [agent, text, .. input.All, thread, priority, labels, hold]);
    }

    private static Command List(RemoteCommand remote)
    {
        var status = new Option<string?>("--status") { Description = "pending, running, interrupted, completed, failed, cancelled or timed_out.", HelpName = "STATUS" };
        var agent = new Option<string?>("--agent") { Description = "The agent's name.", HelpName = "AGENT" };
        var thread = new Option<string?>("--thread") { Description = "The thread.", HelpName = "ID" };
        var subject = new Option<string?>("--subject") { Description = "Whom it is about.", HelpName = "SUBJECT" };
        var batch = new Option<string?>("--batch") { Description = "The batch.", HelpName = "BATCH" };
        var root = new Option<string?>("--root") { Description = "The first of those that caused each other.", HelpName = "ID" };
        var labels = new Option<string[]>("--label") { Description = "What it is filed under: NAME=VALUE; several times.", HelpName = "NAME=VALUE" };
        var limit = new Option<int?>("--limit") { Description = "How many, to 1,000.", HelpName = "NUMBER" };
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        return remote.Create(
            "list",
            "Show executions, newest first.",
            parsed => RemoteRequest.Get(
                Path,
                parsed,
                ("status", status),
                ("agent", agent),
                ("thread_id", thread),
                ("subject", subject),
                ("batch", batch),
                ("root_execution_id", root),
                ("label", labels),
                ("limit", limit),
                ("cursor", cursor)),
            Table.Of("executions", "execution_id", "status", "agent", "thread_id", "created_at", "tokens_used", "cost_usd"),
            status,
            agent,
            thread,
            subject,
            batch,
            root,
            labels,
            limit,
            cursor);
    }

    private static string Of(string? id) => $"{Path}/{Uri.EscapeDataString(id!)}";

    private static void Put(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
