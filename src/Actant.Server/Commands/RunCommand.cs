using System.CommandLine;
using Actant.Server.Remote;
using Actant.Server.Running;

namespace Actant.Server.Commands;

/// <summary><c>actant run</c>: one execution in this process, shown as it goes.</summary>
internal static class RunCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("file") { Description = "The definition, YAML or JSON.", HelpName = "FILE" };
        var input = new Argument<string>("input") { Description = "What the agent is asked.", HelpName = "INPUT" };
        var json = new Option<bool>("--json") { Description = "Print the answer of POST …/execute, and nothing else, on stdout." };
        var thread = new Option<string?>("--thread") { Description = "Go on with a conversation (with --data), or name a new one.", HelpName = "ID" };
        var data = new Option<string?>("--data") { Description = "Keep everything in this folder; without it, in memory only.", HelpName = "DIR" };
        var bare = RemoteOptions.WithoutPlugins();
        var command = new Command("run", "Run an agent once. Exit code 0 completed, 1 failed, 2 bad definition, 3 waits for a person.") { file, input, json, thread, data, bare };
        ExamplesHelp.AddTo(
            command,
            "actant run agent.yaml \"What is 15 + 27?\"",
            "actant run agent.yaml \"What is 15 + 27?\" --json | jq .output.response",
            "actant run agent.yaml \"And times two?\" --data ./data --thread sums");
        command.SetAction(async (parsed, cancellationToken) => await new AgentRun(output, error).ExecuteAsync(
            new RunRequest(
                parsed.GetValue(file)!, parsed.GetValue(input)!, parsed.GetValue(json), parsed.GetValue(thread), parsed.GetValue(data), parsed.GetValue(bare)),
            cancellationToken));
        return command;
    }
}
