using System.CommandLine;
using Actant.Server.Hosting;
using Actant.Server.Settings;

namespace Actant.Server.Commands;

/// <summary><c>actant serve</c>: the server.</summary>
internal static class ServeCommand
{
    public static Command Create(TextWriter error)
    {
        var urls = new Option<string?>("--urls") { Description = $"Where to listen; other machines only with keys; several with ';'. [default: {ServerSettings.DefaultUrl}]", HelpName = "URL" };
        var data = new Option<string?>("--data") { Description = $"The data folder, owned by one process. [default: {ServerSettings.DefaultData}]", HelpName = "DIR" };
        var agents = new Option<string?>("--agents") { Description = "The folder of agents. [default: DATA/agents, or else the built-in examples]", HelpName = "DIR" };
        var command = new Command("serve", "Serve agents over HTTP until stopped. Logs are JSON lines on stdout.") { urls, data, agents };
        ExamplesHelp.AddTo(
            command,
            "actant serve",
            "actant serve --urls http://127.0.0.1:9000 --data /var/lib/actant --agents ./agents",
            "LOG_LEVEL=debug MAX_CONCURRENT_AGENTS=100 actant serve");
        command.SetAction((parsed, cancellationToken) => ServerHost.RunAsync(
            new Dictionary<string, string?>
            {
                ["Actant:Urls"] = parsed.GetValue(urls),
                ["Actant:Data"] = parsed.GetValue(data),
                ["Actant:Agents"] = parsed.GetValue(agents),
            },
            error,
            cancellationToken));
        return command;
    }
}
