using System.CommandLine;
using System.Text.Json.Nodes;

namespace Actant.Server.Commands;

/// <summary>The options that give an agent more than one text.</summary>
internal sealed class InputOptions
{
    private readonly Option<string?> _input = new("--input") { Description = "The input as JSON, or a file of JSON; - reads stdin.", HelpName = "FILE|JSON" };

    private readonly Option<string[]> _set = new("--set") { Description = "A value for the state, JSON or a text; several times.", HelpName = "KEY=VALUE" };

    public Symbol[] All => [_input, _set];

    /// <summary>What the input's parts are called here.</summary>
    public IEnumerable<(string Field, string Name)> NamesOf(ParseResult parsed, string? text) =>
    [
        ("input", text is not null ? "INPUT" : "--input"),
        .. (parsed.GetValue(_set) ?? []).Select(static pair => InputText.Pair(pair, "--set").Key).Distinct(StringComparer.Ordinal).Select(static key => ($"input.{key}", $"--set {key}")),
    ];

    /// <summary>The input of all that was given.</summary>
    /// <exception cref="BadInputException">There is none, or too much, or it is no JSON.</exception>
    public JsonNode Read(ParseResult parsed, string? text) => InputText.Read(text, parsed.GetValue(_input), parsed.GetValue(_set) ?? []);
}
