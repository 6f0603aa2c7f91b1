using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using Actant.Server.Remote;

namespace Actant.Server.Commands;

/// <summary><c>actant threads</c>: conversations.</summary>
internal static class ThreadsCommand
{
    private const string Path = "/api/v1/threads";

    private static readonly (string Field, string Name)[] s_names = [("position", "POSITION"), ("thread_id", "--to"), ("continue", "--continue")];

    public static Command Create(RemoteCommand remote)
    {
        var id = new Argument<string>("id") { Description = "The thread.", HelpName = "ID" };
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        var subject = new Argument<string>("subject") { Description = "Whom the threads are about.", HelpName = "SUBJECT" };
        var command = new Command("threads", "List, show, fork, rewind, delete and erase conversations.")
        {
            remote.Create(
                "list",
                "Show threads, last changed first.",
                parsed => RemoteRequest.Get(Path, parsed, ("cursor", cursor)),
                Table.Of("threads", "thread_id", "status", "position", "bytes", "updated_at"),
                cursor),
            remote.Create("show", "Show one thread.", parsed => RemoteRequest.Get(Of(parsed.GetValue(id))), Table.One, id),
            remote.Create("state", "Show what was said and what is known.", parsed => RemoteRequest.Get($"{Of(parsed.GetValue(id))}/state"), Table.One, id),
            remote.Create("delete", "Delete a thread with everything of it.", parsed => RemoteRequest.Delete(Of(parsed.GetValue(id))), Table.One, id),
            remote.Create(
                "erase",
                "Delete all threads about a subject, and their forks.",
                parsed => RemoteRequest.Delete($"/api/v1/subjects/{Uri.EscapeDataString(parsed.GetValue(subject)!)}"),
                Table.One,
                subject),
        };
        var positions = new Argument<long[]>("positions") { Description = "Positions of entries.", HelpName = "POSITION", Arity = ArgumentArity.OneOrMore, CustomParser = Positions };
        command.Add(remote.Create(
            "erase-entries",
            "Take the content out of entries; their form stays.",
            parsed => RemoteRequest.Post(
                $"{Of(parsed.GetValue(id))}/erase",
                new JsonObject { ["positions"] = new JsonArray([.. parsed.GetValue(positions)!.Select(position => (JsonNode)position)]) },
                ("positions", "POSITION")),
            Table.One,
            id,
            positions));
        AddBranches(remote, command, id);
        ExamplesHelp.AddTo(command, "actant threads list", "actant threads history talk", "actant threads fork talk 12 --to copy", "actant threads rewind talk 12", "actant threads state talk", "actant threads delete talk", "actant threads erase customer-7");
        return command;
    }

    private static void AddBranches(RemoteCommand remote, Command command, Argument<string> id)
    {
        var from = new Option<long?>("--from") { Description = "The first position.", HelpName = "POSITION" };
        var limit = new Option<int?>("--limit") { Description = "How many entries.", HelpName = "NUMBER" };
        var position = new Argument<long>("position") { Description = "The last entry that counts.", HelpName = "POSITION" };
        var to = new Option<string?>("--to") { Description = "The id of the copy.", HelpName = "ID" };
        var goOn = new Option<bool>("--continue") { Description = "Go on with the execution that was open there, under a new id." };
        command.Add(remote.Create(
            "history",
            "Show what happened, entry by entry.",
            parsed => RemoteRequest.Get(
                $"{Of(parsed.GetValue(id))}/history",
                parsed,
                ("from", from),
                ("limit", limit)),
            Table.Of("entries", "position", "kind", "activation", "at", "payload"),
            id,
            from,
            limit));
        command.Add(remote.Create(
            "fork",
            "Copy a thread up to a position.",
            parsed =>
            {
                var body = Branch(parsed);
                if (parsed.GetValue(to) is { } target)
                {
                    body["thread_id"] = target;
                }

                return RemoteRequest.Post($"{Of(parsed.GetValue(id))}/fork", body, s_names);
            },
            Table.One,
            id,
            position,
            to,
            goOn));
        command.Add(remote.Create("rewind", "Take a thread back to a position.", parsed => RemoteRequest.Post($"{Of(parsed.GetValue(id))}/rewind", Branch(parsed), s_names), Table.One, id, position, goOn));

        JsonObject Branch(ParseResult parsed)
        {
            var body = new JsonObject { ["position"] = parsed.GetValue(position) };
            if (parsed.GetValue(goOn))
            {
                body["continue"] = true;
            }

            return body;
        }
    }

    private static long[] Positions(ArgumentResult result)
    {
        var positions = new List<long>();
        foreach (var token in result.Tokens)
        {
            if (long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            {
                positions.Add(position);
            }
            else
            {
                result.AddError($"'{token.Value}' is no number, as POSITION needs.");
            }
        }

        return [.. positions];
    }

    private static string Of(string? id) => $"{Path}/{Uri.EscapeDataString(id!)}";
}
