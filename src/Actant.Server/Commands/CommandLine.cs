using System.CommandLine;
using System.CommandLine.Invocation;
using Actant.Server.Remote;
using Actant.Server.Running;

namespace Actant.Server.Commands;

/// <summary>The commands of <c>actant</c>. This is the table of contents; <c>docs/cli.md</c> explains each.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        // `run` draws on the terminal itself.
        var (terminal, plain) = (output, new PlainWriter(output));
        error = new PlainWriter(error);
        var remote = new RemoteCommand(plain, error);

        // Not a RootCommand: that one is named after the assembly.
        var root = new Command("actant", "Actant executes AI agents durably: whatever stops it, it goes on at the last stored step.")
        {
            ServeCommand.Create(error),
            RunCommand.Create(terminal, error),
            ValidateCommand.Create(plain, error),
            SchemaCommand.Create(plain),
            AgentsCommand.Create(remote),
            ExecutionsCommand.Create(remote),
            ThreadsCommand.Create(remote),
            DeliveriesCommand.Create(remote),
            DeadLettersCommand.Create(plain, error),
            TokenCommand.Create(remote),
            AuditCommand.Create(remote),
            UsageCommand.Create(remote),
            MigrateCommand.Create(plain, error),
            SecretsCommand.Create(plain, error),
            new VersionOption(),
        };
        root.Options.Add(ExamplesHelp.Option());
        ExamplesHelp.AddTo(
            root,
            "actant run examples/01-math-assistant/agent.yaml \"What is 15 + 27?\"",
            "actant serve",
            "actant validate agents/*.yaml");
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            return WrongUse.Report(parsed, error);
        }

        try
        {
            // Signals are for the server's host and for the running execution, which end gracefully by themselves.
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = plain, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
        }
        catch (BadInputException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception exception)
        {
            // A fault of the program: whoever reports it needs all of it.
            await error.WriteLineAsync($"actant: unexpected: {exception}");
            return ExitCodes.Failed;
        }
    }
}
