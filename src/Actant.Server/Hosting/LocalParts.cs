using Actant.Executions;
using Actant.Secrets;
using Actant.Server.Plugins;
using Actant.Server.Settings;
using Actant.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Actant.Server.Hosting;

/// <summary>What commands need that run agents, or check them, without the server.</summary>
internal sealed class LocalParts : IAsyncDisposable
{
    private readonly ServiceCollection _services = [];
    private ServiceProvider? _provider;

    /// <exception cref="PluginException">A plug-in fails.</exception>
    private LocalParts(ModelSettings models, OutboundSettings outbound, LocalSecrets secrets, IReadOnlyList<string> files, IReadOnlyList<PluginFile> plugins)
    {
        Plugins = files;
        _services.AddLogging();
        _services.AddServerParts(models, outbound, _ => secrets, plugins);
    }

    /// <summary>The assemblies of plug-ins, as they are set.</summary>
    public IReadOnlyList<string> Plugins { get; }

    /// <summary>The parts as the environment and <c>appsettings.json</c> set them; <c>null</c> once everything wrong with that was said.</summary>
    public static LocalParts? Open(string data, TextWriter error)
    {
        var (models, wrong) = ModelSettingsReader.ReadEnvironment();
        var (outbound, more) = OutboundReader.FromEnvironment();
        List<string> errors = [.. wrong, .. more];
        var files = PluginReader.Read(Configuration.OfCommand(), errors);
        var plugins = PluginFile.LoadAll(files, errors);
        try
        {
            if (errors.Count == 0)
            {
                return new LocalParts(models!, outbound, new LocalSecrets(outbound, data), files, plugins);
            }
        }
        catch (Exception exception) when (exception is SecretSourceException or PluginException)
        {
            errors.Add(exception.Message);
        }

        foreach (var reason in errors)
        {
            error.WriteLine($"actant: {reason}");
        }

        return null;
    }

    /// <summary>The engine on a store; there is one. <c>null</c> once it was said why plug-ins keep it from being made.</summary>
    public ActantEngine? CreateEngine(IActantStore store, TextWriter error)
    {
        _services.AddSingleton(store);
        _provider = _services.BuildServiceProvider();
        try
        {
            return _provider.GetRequiredService<ActantEngine>();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What a plug-in adds is made when the engine is.
            error.WriteLine($"actant: {exception.Message} Mend the plug-in that adds it, or take it out of Actant:Plugins.");
            return null;
        }
    }

    public ValueTask DisposeAsync() => _provider?.DisposeAsync() ?? ValueTask.CompletedTask;
}
