using Actant.Executions;
using Actant.Secrets;
using Actant.Server.Settings;
using Actant.Storage;

namespace Actant.Server.Hosting;

/// <summary>What commands need that run agents, or check them, without the server.</summary>
internal sealed class LocalParts : IDisposable
{
    private readonly ModelSettings _models;
    private readonly OutboundParts _outbound;

    private LocalParts(ModelSettings models, OutboundParts outbound) => (_models, _outbound) = (models, outbound);

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
                    return new LocalParts(models, new OutboundParts(outbound, new LocalSecrets(outbound, data)));
                }
            }
            catch (SecretSourceException exception)
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

    /// <summary>An engine on a store.</summary>
    public ActantEngine CreateEngine(IActantStore store) => EngineParts.Create(store, new EngineOptions(), _models, _outbound, logs: null);

    public void Dispose() => _outbound.Dispose();
}
