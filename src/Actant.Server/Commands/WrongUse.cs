using System.CommandLine;
using System.CommandLine.Parsing;

namespace Actant.Server.Commands;

/// <summary>Says what is wrong with a command line, on stderr, and where its help is; not the help itself, which hides the error.</summary>
internal static class WrongUse
{
    public static int Report(ParseResult parsed, TextWriter error)
    {
        foreach (var message in Messages(parsed).Distinct(StringComparer.Ordinal))
        {
            error.WriteLine($"actant: {message}");
        }

        error.WriteLine($"See: {NameOf(parsed.CommandResult)} --help");
        return ExitCodes.BadInput;
    }

    private static IEnumerable<string> Messages(ParseResult parsed)
    {
        var (result, command) = (parsed.CommandResult, parsed.CommandResult.Command);
        if (parsed.UnmatchedTokens is { Count: > 0 } unknown)
        {
            // Of a command that is none, nothing behind it can be right.
            foreach (var word in command.Subcommands.Count > 0 ? unknown.Take(1) : unknown)
            {
                yield return $"there is no {What(word, command)} '{word}'{Hint(word, command)}";
            }

            yield break;
        }

        if (command.Subcommands.Count > 0)
        {
            yield return $"a command is missing: {string.Join(", ", command.Subcommands.Where(static inner => !inner.Hidden).Select(static inner => inner.Name))}.";
            yield break;
        }

        var missing = command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > (result.GetResult(argument)?.Tokens.Count ?? 0))
            .Select(static argument => argument.HelpName ?? argument.Name)
            .ToList();
        if (missing.Count > 0)
        {
            yield return $"{string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} missing.";
        }

        foreach (var fault in parsed.Errors.Where(fault => missing.Count == 0 || fault.SymbolResult is OptionResult))
        {
            yield return fault.SymbolResult is { Tokens: [{ Value: var value }] } symbol && fault.Message.Contains("System.", StringComparison.Ordinal)
                ? $"'{value}' is no number, as {(symbol is OptionResult option ? option.Option.Name : ((ArgumentResult)symbol).Argument.HelpName)} needs."
                : fault.Message;
        }
    }

    private static string What(string word, Command command) =>
        word.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";

    private static string Hint(string word, Command command)
    {
        List<string> names = [.. word.StartsWith('-')
            ? command.Options.Select(static option => option.Name)
            : command.Subcommands.Select(static inner => inner.Name)];
        return names.OrderBy(name => Distance(word, name)).FirstOrDefault() is { } nearest && Distance(word, nearest) <= Math.Max(1, nearest.Length / 3)
            ? $"; did you mean '{nearest}'?"
            : names.Count > 0 ? $"; there are {string.Join(", ", names)}." : ".";
    }

    private static int Distance(string a, string b)
    {
        var costs = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = costs[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, costs[j]) = (costs[j], Math.Min(Math.Min(costs[j], costs[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return costs[^1];
    }

    /// <summary>A command as it is typed.</summary>
    public static string NameOf(CommandResult result) =>
        result.Parent is CommandResult outer ? $"{NameOf(outer)} {result.Command.Name}" : result.Command.Name;
}
