using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Actant.Server.Commands;

/// <summary>The help of a command, followed by examples that can be pasted.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();
    private readonly IReadOnlyList<string> _examples;

    private ExamplesHelp(IReadOnlyList<string> examples) => _examples = examples;

    public static void AddTo(Command command, params string[] examples)
    {
        var help = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (help is null)
        {
            command.Options.Add(help = new HelpOption());
        }

        help.Action = new ExamplesHelp(examples);
    }

    public override int Invoke(ParseResult parseResult)
    {
        _help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in _examples)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        return ExitCodes.Done;
    }
}
