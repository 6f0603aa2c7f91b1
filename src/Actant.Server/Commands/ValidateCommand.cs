using System.CommandLine;
using Actant.InMemory;
using Actant.Server.Hosting;
using Actant.Server.Running;
using Actant.Server.Settings;

namespace Actant.Server.Commands;

/// <summary><c>actant validate</c>: everything that is wrong with definitions, before anything runs.</summary>
internal static class ValidateCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var files = new Argument<string[]>("files") { Description = "Definitions in YAML or JSON; - reads stdin.", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print the problems as JSON." };
        var command = new Command("validate", "Check definitions; print every problem of every file. Exit code 2 if there are any.") { files, json };
        ExamplesHelp.AddTo(command, "actant validate agent.yaml", "actant validate agents/*.yaml --json");
        command.SetAction((parsed, cancellationToken) => ValidateAsync(parsed.GetValue(files)!, parsed.GetValue(json), output, error, cancellationToken));
        return command;
    }

    private static async Task<int> ValidateAsync(string[] files, bool asJson, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        await using var parts = LocalParts.Open(ServerSettings.DefaultData, error);
        if (parts is null)
        {
            return ExitCodes.BadInput;
        }

        await using var engine = parts.CreateEngine(new InMemoryStore(TimeProvider.System, IdGenerator.System), error);
        if (engine is null)
        {
            return ExitCodes.BadInput;
        }

        var results = new List<(string File, IReadOnlyList<DefinitionProblem> Problems)>();
        foreach (var file in files)
        {
            results.Add((file, (await DefinitionFile.ReadAsync(file, engine, cancellationToken)).Problems));
        }

        if (asJson)
        {
            await output.WriteLineAsync(TerminalText.Json(ValidationReport.ToJson(results)));
        }
        else
        {
            foreach (var (file, problems) in results)
            {
                await PrintAsync(file, problems, output);
            }
        }

        return results.TrueForAll(result => result.Problems.Count == 0) ? ExitCodes.Done : ExitCodes.BadInput;
    }

    private static async Task PrintAsync(string file, IReadOnlyList<DefinitionProblem> problems, TextWriter output)
    {
        if (problems.Count == 0)
        {
            await output.WriteLineAsync(TerminalText.Field($"{file}: ok"));
        }

        foreach (var problem in problems)
        {
            await output.WriteLineAsync(DefinitionFile.Describe(file, problem));
        }
    }
}
