using System.CommandLine;
using System.Text.Json.Nodes;
using Actant.Definitions;
using Actant.Server.Remote;
using Actant.Server.Running;

namespace Actant.Server.Commands;

/// <summary><c>actant agents</c>: the agents of a server.</summary>
internal static class AgentsCommand
{
    private const string Path = "/api/v1/agents";

    public static Command Create(RemoteCommand remote)
    {
        var name = new Argument<string>("agent") { Description = "Its id or name; behind it @VERSION or @LABEL.", HelpName = "AGENT" };
        var file = new Argument<string>("file") { Description = "The definition, YAML or JSON; - reads stdin.", HelpName = "FILE" };
        var filter = new Option<string?>("--name") { Description = "A part of the name.", HelpName = "TEXT" };
        var cursor = new Option<string?>("--cursor") { Description = "Where to go on.", HelpName = "CURSOR" };
        var label = new Argument<string>("label") { Description = "The label, such as production.", HelpName = "LABEL" };
        var version = new Argument<int>("version") { Description = "The version that it names from now on.", HelpName = "VERSION" };
        var command = new Command("agents", "List, show, make, change, label and delete agents.")
        {
            remote.Create(
                "list",
                "Show the agents.",
                parsed => RemoteRequest.Get(Path, parsed, ("name", filter), ("cursor", cursor)),
                Table.Of("agents", "name", "version", "model", "is_active", "read_only", "description"),
                filter,
                cursor),
            remote.Create("show", "Show one agent with its definition.", parsed => RemoteRequest.Get(Of(parsed.GetValue(name))), Table.One, name),
            remote.Create("versions", "Show the versions of an agent.", parsed => RemoteRequest.Get($"{Of(parsed.GetValue(name))}/versions"), Table.Of("agents", "version", "name", "updated_at", "hash"), name),
            remote.Create("create", "Make an agent of a definition.", parsed => RemoteRequest.Post(Path, Document(parsed.GetValue(file)!)), Table.One, file),
            remote.Create("update", "Replace an agent's definition: a new version.", parsed => new RemoteRequest(HttpMethod.Put, Of(parsed.GetValue(name)), Document(parsed.GetValue(file)!)), Table.One, name, file),
            remote.Create("label", "Let a label name a version of an agent.", parsed => new RemoteRequest(HttpMethod.Put, $"{Of(parsed.GetValue(name))}/labels/{Uri.EscapeDataString(parsed.GetValue(label)!)}", new JsonObject { ["version"] = parsed.GetValue(version) }) { Names = new Dictionary<string, string> { ["$.version"] = "VERSION" } }, Table.One, name, label, version),
            remote.Create("unlabel", "Remove a label.", parsed => RemoteRequest.Delete($"{Of(parsed.GetValue(name))}/labels/{Uri.EscapeDataString(parsed.GetValue(label)!)}"), Table.One, name, label),
            remote.Create("delete", "Delete an agent.", parsed => RemoteRequest.Delete(Of(parsed.GetValue(name))), Table.One, name),
        };
        ExamplesHelp.AddTo(command, "actant agents list", "actant agents create greeter.yaml", "actant agents show greeter@2", "actant agents update greeter greeter.yaml", "actant agents label greeter production 2");
        return command;
    }

    private static string Of(string? agent) => $"{Path}/{Uri.EscapeDataString(agent!)}";

    /// <summary>The definition as JSON. What else is wrong with it is for the server to say: it knows the tools and models.</summary>
    private static JsonNode Document(string file)
    {
        try
        {
            var read = DefinitionReader.Read(StandardInput.BytesOf(file), System.IO.Path.GetFileName(file));
            return read.Definition is { } definition
                ? JsonNode.Parse(definition.Source.GetRawText(), documentOptions: JsonLimits.Decoding)!
                : throw new BadInputException(string.Join(Environment.NewLine, read.Problems.Select(problem => DefinitionFile.Describe(file, problem))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"actant: {exception.Message}");
        }
    }
}
