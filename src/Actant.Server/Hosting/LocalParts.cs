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
    private readonly ModelSettings _models;
    private readonly OutboundSettings _outbound;
    private readonly LocalSecrets _secrets;
    private readonly IReadOnlyList<PluginFile> _plugins;
    private ServiceProvider? _provider;

    private LocalParts(ModelSettings models, OutboundSettings outbound, LocalSecrets secrets, IReadOnlyList<PluginFile> plugins) =>
        (_models, _outbound, _secrets, _plugins) = (models, outbound, secrets, plugins);

    /// <summary>The parts as the environment and <c>appsettings.json</c> set them; <c>null</c> once everything wrong with that was said.</summary>
    public static LocalParts? Open(string data, TextWriter error)
    {
        var (models, errors) = ModelSettingsReader.ReadEnvironment();
        if (models is not null)
        {
            (var outbound, errors) = OutboundReader.FromEnvironment();
            try
            {
                if (errors.Count == 0)
                {
                    return new LocalParts(models, outbound, new LocalSecrets(outbound, data), [.. PluginReader.Read(Configuration.OfCommand()).Select(PluginFile.Load)]);
                }
            }
            catch (Exception exception) when (exception is SecretSourceException or PluginException)
            {
                errors = [exception.Message];
            }
        }

        foreach (var reason in errors)
        {
            error.WriteLine($"actant: {reason}");
        }

        return null;
    }

    /// <summary>The engine on a store; there is one.</summary>
    /// <exception cref="PluginException">A plug-in fails.</exception>
    public ActantEngine CreateEngine(IActantStore store)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddServerParts(store, _models, _outbound, _ => _secrets, _plugins);
        _provider = services.BuildServiceProvider();
        return _provider.GetRequiredService<ActantEngine>();
    }

    public ValueTask DisposeAsync() => _provider?.DisposeAsync() ?? ValueTask.CompletedTask;
}
