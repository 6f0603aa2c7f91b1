using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Api;
using Actant.Server.Remote;
using Actant.Server.Running;

namespace Actant.Server.Commands;

/// <summary><c>actant token</c>: the keys of the API.</summary>
internal static class TokenCommand
{
    private const int SecondsOfAnHour = 60 * 60;
    private const int SecondsOfADay = 24 * 60 * 60;

    public static Command Create(RemoteCommand remote)
    {
        var command = new Command("token", "Make, list, replace and revoke the keys of the API. With the first one the server asks everybody for a key.")
        {
            Make(remote),
            List(remote),
            Rotate(remote),
            Revoke(remote),
        };
        ExamplesHelp.AddTo(
            command, "actant token create laptop --role admin", "actant token create ci --role runner --expires-days 90", "actant token list", "actant token rotate 0f3c… --overlap-hours 48", "actant token revoke 0f3c…");
        return command;
    }

    private static Command Make(RemoteCommand remote)
    {
        var name = new Argument<string>("name") { Description = "What it is for.", HelpName = "NAME" };
        var role = new Option<string>("--role") { Description = "viewer, runner, editor or admin.", HelpName = "ROLE", DefaultValueFactory = static _ => "runner" };
        var tenant = new Option<string?>("--tenant") { Description = "Whose data it opens. [default: the caller's]", HelpName = "ID" };
        var days = new Option<int?>("--expires-days") { Description = "After how many days it stops working. [default: never]", HelpName = "DAYS" };
        return remote.Create(
            "create",
            "Make a key and print it, once.",
            parsed =>
            {
                var body = new JsonObject { ["name"] = parsed.GetValue(name), ["role"] = parsed.GetValue(role) };
                if (parsed.GetValue(tenant) is { } id)
                {
                    body["tenant_id"] = id;
                }

                if (parsed.GetValue(days) is { } count)
                {
                    body["expires_in_seconds"] = Seconds(count, SecondsOfADay, 1, CreateTokenCommand.LongestSeconds, "--expires-days");
                }

                return RemoteRequest.Post("/api/v1/tokens", body, ("name", "NAME"), ("role", "--role"), ("tenant_id", "--tenant"), ("expires_in_seconds", "--expires-days"));
            },
            Print,
            name,
            role,
            tenant,
            days);
    }

    private static Command List(RemoteCommand remote)
    {
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        return remote.Create(
            "list",
            "Show the keys, without their texts.",
            parsed => RemoteRequest.Get("/api/v1/tokens", parsed, ("cursor", cursor)),
            Table.Of("tokens", "id", "name", "role", "tenant_id", "created_at", "expires_at"),
            cursor);
    }

    private static Command Rotate(RemoteCommand remote)
    {
        var id = new Argument<string>("id") { Description = "The id of the key whose place is taken.", HelpName = "ID" };
        var hours = new Option<int?>("--overlap-hours") { Description = "How long that one still works; 0 ends it at once. [default: 24]", HelpName = "HOURS" };
        return remote.Create(
            "rotate",
            "Make a key in the place of another one and print it, once; both work for a while.",
            parsed =>
            {
                var body = new JsonObject();
                if (parsed.GetValue(hours) is { } count)
                {
                    body["overlap_seconds"] = Seconds(count, SecondsOfAnHour, 0, RotateTokenCommand.LongestSeconds, "--overlap-hours");
                }

                return RemoteRequest.Post($"/api/v1/tokens/{Uri.EscapeDataString(parsed.GetValue(id)!)}/rotate", body, ("overlap_seconds", "--overlap-hours"));
            },
            Print,
            id,
            hours);
    }

    private static Command Revoke(RemoteCommand remote)
    {
        var id = new Argument<string>("id") { Description = "The key's id.", HelpName = "ID" };
        return remote.Create("revoke", "Make a key useless.", parsed => RemoteRequest.Delete($"/api/v1/tokens/{Uri.EscapeDataString(parsed.GetValue(id)!)}"), Table.One, id);
    }

    // The server would name its own bounds, in seconds.
    private static long Seconds(int count, long seconds, int least, long most, string option) =>
        count >= least && count <= most / seconds ? count * seconds : throw new BadInputException($"actant: {option}: a whole number from {least} to {most / seconds} is expected.");

    // The key alone stands on the last line, where scripts find it.
    private static void Print(JsonElement answer, TextWriter output)
    {
        output.WriteLine(TerminalText.Field($"id {answer.GetProperty("id").GetString()}, role {answer.GetProperty("role").GetString()}, tenant {answer.GetProperty("tenant_id").GetString()}"));
        if (answer.TryGetProperty("replaces", out var replaced))
        {
            output.WriteLine($"The key {replaced.GetString()} works until {answer.GetProperty("replaced_expires_at").GetString()}.");
        }

        output.WriteLine("Keep this key, it is not shown again. Send it as `Authorization: Bearer …`, or put it into ACTANT_TOKEN:");
        output.WriteLine(answer.GetProperty("token").GetString());
    }
}
