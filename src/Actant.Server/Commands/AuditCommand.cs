using System.CommandLine;
using Actant.Server.Remote;

namespace Actant.Server.Commands;

/// <summary><c>actant audit</c>: who had which tools called.</summary>
internal static class AuditCommand
{
    public static Command Create(RemoteCommand remote)
    {
        var user = new Option<string?>("--user") { Description = "Only on behalf of this user.", HelpName = "ID" };
        var tool = new Option<string?>("--tool") { Description = "Only this tool.", HelpName = "TOOL" };
        var agent = new Option<string?>("--agent") { Description = "By executions of this agent.", HelpName = "AGENT" };
        var thread = new Option<string?>("--thread") { Description = "On this thread.", HelpName = "ID" };
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        var command = remote.Create(
            "audit",
            "Show who had which tools called, and who decided about it.",
            parsed => RemoteRequest.Get(
                "/api/v1/audit", parsed, ("user_id", user), ("tool", tool), ("agent", agent), ("thread_id", thread), ("cursor", cursor)),
            Table.Of("calls", "started_at", "user_id", "agent", "tool", "outcome", "execution_id"),
            user,
            tool,
            agent,
            thread,
            cursor);
        ExamplesHelp.AddTo(command, "actant audit --user ada", "actant audit --tool refund");
        return command;
    }
}
