using System.CommandLine;
using System.Text.Json.Nodes;
using Actant.Server.Remote;

namespace Actant.Server.Commands;

/// <summary><c>actant threads</c>: conversations.</summary>
internal static class ThreadsCommand
{
    private const string Path = "/api/v1/threads";

    public static Command Create(RemoteCommand remote)
    {
        var id = new Argument<string>("id") { Description = "The thread.", HelpName = "ID" };
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        var subject = new Argument<string>("subject") { Description = "Whom the threads are about.", HelpName = "SUBJECT" };
        var command = new Command("threads", "List, show, delete and erase conversations.")
        {
            remote.Create(
                "list",
                "Show threads, last changed first.",
                parsed => RemoteRequest.Get(Path, ("cursor", parsed.GetValue(cursor))),
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
        var positions = new Argument<long[]>("positions") { Description = "Positions of entries.", HelpName = "POSITION", Arity = ArgumentArity.OneOrMore };
        command.Add(remote.Create(
            "erase-entries",
            "Take the content out of entries; their form stays.",
            parsed => RemoteRequest.Post(
                $"{Of(parsed.GetValue(id))}/erase",
                new JsonObject { ["positions"] = new JsonArray([.. parsed.GetValue(positions)!.Select(position => (JsonNode)position)]) }),
            Table.One,
            id,
            positions));
        ExamplesHelp.AddTo(command, "actant threads list", "actant threads state talk", "actant threads delete talk", "actant threads erase customer-7");
        return command;
    }

    private static string Of(string? id) => $"{Path}/{Uri.EscapeDataString(id!)}";
}
