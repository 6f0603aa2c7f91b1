using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;

namespace Actant.Server.Commands;

/// <summary>The help of a command, followed by examples that can be pasted: its own, or those of the command that it belongs to.</summary>
internal sealed class ExamplesHelp : SynchronousCommandLineAction
{
    // A command has no place for them.
    private static readonly ConditionalWeakTable<Command, string[]> s_examples = [];

    private readonly HelpAction _help = new();

    /// <summary>The option of the outermost command, which all others inherit.</summary>
    public static HelpOption Option() => new() { Action = new ExamplesHelp() };

    public static void AddTo(Command command, params string[] examples) => s_examples.Add(command, examples);

    public override int Invoke(ParseResult parseResult)
    {
        _help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in Of(parseResult.CommandResult))
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        return ExitCodes.Done;
    }

    private static IReadOnlyList<string> Of(CommandResult command)
    {
        for (var at = command; at is not null; at = at.Parent as CommandResult)
        {
            if (s_examples.TryGetValue(at.Command, out var all))
            {
                var own = all.Where(example => example.Contains(WrongUse.NameOf(command), StringComparison.Ordinal)).ToList();
                return own.Count > 0 ? own : all;
            }
        }

        return [];
    }
}
