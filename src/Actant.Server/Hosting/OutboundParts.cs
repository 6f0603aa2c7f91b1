using Actant.Egress;
using Actant.HttpTools;
using Actant.Outbox;
using Actant.Secrets;
using Actant.Server.Settings;
using Actant.Tools;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Hosting;

/// <summary>The way out, and the secrets that go along.</summary>
internal sealed class OutboundParts : IDisposable
{
    private readonly EgressGuard _guard;
    private readonly SecretChain _secrets;

    public OutboundParts(OutboundSettings settings, ISecretStore kept, ILoggerFactory? logs = null)
    {
        var sources = new List<ISecretSource> { new EnvironmentSecrets() };
        if (settings.SecretsFolder is { } folder)
        {
            sources.Add(new FileSecrets(folder));
        }

        Kept = kept;
        sources.Add(kept);
        _secrets = new SecretChain(sources);
        _guard = new EgressGuard(settings.Policy, audit: logs is null ? null : new EgressLog(logs.CreateLogger<EgressLog>()), time: TimeProvider.System);
        Endpoints = _guard.CreateEndpointHandler();
    }

    /// <summary>The way to the models' vendors.</summary>
    public HttpMessageHandler Endpoints { get; }

    /// <summary>Where keys are kept that come with agents.</summary>
    public ISecretStore Kept { get; }

    public ISecretSource Secrets => _secrets;

    public ToolRegistry CreateTools() =>
        new([new HttpRequestTool(_guard, TimeProvider.System)], [new HttpToolType(_guard, _secrets, TimeProvider.System)]);

    public IReadOnlyList<IOutboxSender> CreateSenders() =>
        [new WebhookSender("https", _guard, _secrets, TimeProvider.System), new WebhookSender("http", _guard, _secrets, TimeProvider.System)];

    public void Dispose()
    {
        Endpoints.Dispose();
        _guard.Dispose();
    }
}
