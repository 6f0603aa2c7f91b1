using System.CommandLine;
using Actant.Server.Remote;

namespace Actant.Server.Commands;

/// <summary><c>actant deliveries</c>: results that were given up, or are on their way.</summary>
internal static class DeliveriesCommand
{
    private const string Path = "/api/v1/deliveries";

    public static Command Create(RemoteCommand remote)
    {
        var id = new Argument<string>("id") { Description = "The delivery.", HelpName = "ID" };
        var status = new Option<string?>("--status") { Description = "dead or waiting; dead if absent.", HelpName = "STATUS" };
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        var command = new Command("deliveries", "List results that could not be delivered, and send them again.")
        {
            remote.Create(
                "list",
                "Show what was given up, or waits; the newest first.",
                parsed => RemoteRequest.Get(Path, parsed, ("status", status), ("cursor", cursor)),
                Table.Of("deliveries", "delivery_id", "status", "event", "execution_id", "attempts", "url", "reason"),
                status,
                cursor),
            remote.Create(
                "resend", "Send one again that was given up.", parsed => RemoteRequest.Post($"{Path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}/resend"), Table.One, id),
        };
        ExamplesHelp.AddTo(command, "actant deliveries list", "actant deliveries list --status waiting", "actant deliveries resend ID");
        return command;
    }
}
