using System.CommandLine;
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
        var command = new Command("threads", "List, show and delete conversations.")
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
        };
        ExamplesHelp.AddTo(command, "actant threads list", "actant threads state talk", "actant threads delete talk");
        return command;
    }

    private static string Of(string? id) => $"{Path}/{Uri.EscapeDataString(id!)}";
}
