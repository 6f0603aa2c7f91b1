using System.CommandLine;
using System.Text.Json;
using Actant.Server.Remote;
using Actant.Server.Running;

namespace Actant.Server.Commands;

/// <summary><c>actant run</c>: one execution in this process, shown as it goes.</summary>
internal static class RunCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var file = new Argument<string>("file") { Description = "The definition, YAML or JSON; - reads stdin.", HelpName = "FILE" };
        var input = new Argument<string?>("input") { Description = "What the agent is asked; - reads stdin.", HelpName = "INPUT", Arity = ArgumentArity.ZeroOrOne };
        var structured = new InputOptions();
        var json = new Option<bool>("--json") { Description = "Print the answer of POST …/execute, and nothing else, on stdout." };
        var thread = new Option<string?>("--thread") { Description = "Go on with a conversation (with --data), or name a new one.", HelpName = "ID" };
        var data = new Option<string?>("--data") { Description = "Keep everything in this folder; without it, in memory only.", HelpName = "DIR" };
        var bare = RemoteOptions.WithoutPlugins();
        var command = new Command("run", "Run an agent once. Exit code 0 completed, 1 failed, 2 bad definition, 3 waits for a person.") { file, input, json, thread, data, bare };
        foreach (var option in structured.All.Cast<Option>())
        {
            command.Options.Add(option);
        }

        ExamplesHelp.AddTo(
            command,
            "actant run agent.yaml \"What is 15 + 27?\"",
            "actant run agent.yaml \"What is 15 + 27?\" --json | jq .output.response",
            "actant run agent.yaml --set customer=Ada --set amount=12",
            "actant run agent.yaml --input order.json",
            "actant run agent.yaml \"And times two?\" --data ./data --thread sums");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var names = structured.NamesOf(parsed, parsed.GetValue(input)).ToDictionary(static pair => $"$.{pair.Field}", static pair => pair.Name);
            names["$.thread_id"] = "--thread";
            var asked = structured.Read(parsed, parsed.GetValue(input));
            return await new AgentRun(output, error).ExecuteAsync(
                new RunRequest(
                    parsed.GetValue(file)!,
                    JsonElement.Parse(asked.ToJsonString(), JsonLimits.Decoding),
                    parsed.GetValue(json),
                    parsed.GetValue(thread),
                    parsed.GetValue(data),
                    parsed.GetValue(bare),
                    names),
                cancellationToken);
        });
        return command;
    }
}
