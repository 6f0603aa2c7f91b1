using System.CommandLine;
using Actant.Server.Settings;

namespace Actant.Server.Remote;

/// <summary>The options of every command that asks a server.</summary>
internal sealed class RemoteOptions
{
    private readonly Option<string?> _url = new("--url")
    {
        Description = "The server to ask; its key stands in ACTANT_TOKEN. [default: the one that has the data folder open, else the folder itself]",
        HelpName = "URL",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("ACTANT_URL"),
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "The data folder.",
        HelpName = "DIR",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("ACTANT__DATA") ?? ServerSettings.DefaultData,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the server's answer as it is." };

    private readonly Option<bool> _withoutPlugins = WithoutPlugins();

    /// <summary>Lets a command write what the filters of the last server's plug-ins would have been passed by.</summary>
    public static Option<bool> WithoutPlugins() => new("--without-plugins") { Description = "Write to the folder also where the last server on it had plug-ins that are not set here." };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_data);
        command.Options.Add(_json);
        command.Options.Add(_withoutPlugins);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The options that lead another command to the same place, each with a blank in front.</summary>
    public string Given(ParseResult parsed) =>
        parsed.GetResult(_url) is { Implicit: false } ? $" --url {parsed.GetValue(_url)}" : parsed.GetResult(_data) is { Implicit: false } ? $" --data {parsed.GetValue(_data)}" : "";

    public bool MayGoWithoutPlugins(ParseResult parsed) => parsed.GetValue(_withoutPlugins);

    public Task<ServerConnection> OpenAsync(ParseResult parsed, bool mayBegin, CancellationToken cancellationToken) =>
        ServerConnection.OpenAsync(parsed.GetValue(_url), parsed.GetValue(_data)!, mayBegin, cancellationToken);
}
