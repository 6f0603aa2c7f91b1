using System.CommandLine;
using Actant.Server.Remote;

namespace Actant.Server.Commands;

/// <summary><c>actant usage</c>: what models were used, and what that cost.</summary>
internal static class UsageCommand
{
    public static Command Create(RemoteCommand remote)
    {
        var from = new Option<string?>("--from") { Description = "The first day, YYYY-MM-DD. [default: 29 days before the last]", HelpName = "DAY" };
        var to = new Option<string?>("--to") { Description = "The last day. [default: today]", HelpName = "DAY" };
        var groups = new Option<string?>("--by") { Description = "Some of day, agent, provider, model, with commas between. [default: day]", HelpName = "GROUPS" };
        var agent = new Option<string?>("--agent") { Description = "Only by this agent.", HelpName = "AGENT" };
        var model = new Option<string?>("--model") { Description = "Only this model.", HelpName = "MODEL" };
        var command = remote.Create(
            "usage",
            "Show tokens and costs.",
            parsed => RemoteRequest.Get(
                "/api/v1/usage", parsed, ("from", from), ("to", to), ("group_by", groups), ("agent", agent), ("model", model)),
            Table.Of("rows", "day", "agent", "provider", "model", "calls", "input_tokens", "output_tokens", "cost_usd"),
            from,
            to,
            groups,
            agent,
            model);
        ExamplesHelp.AddTo(command, "actant usage", "actant usage --by agent,model --from 2026-01-01");
        return command;
    }
}
