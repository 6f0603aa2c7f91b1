using System.Net;
using Actant.Api;
using Actant.DomainActions;
using Actant.Orchestrator;
using Actant.Redis;
using Microsoft.Extensions.Logging;

namespace Actant.Server.Settings;

/// <summary>The section <c>Actant</c>, read and checked.</summary>
internal sealed record ServerSettings
{
    public const string DefaultUrl = "http://127.0.0.1:8080";
    public const string DefaultData = "./data";

    public required IReadOnlyList<IPEndPoint> Addresses { get; init; }

    public required string Data { get; init; }

    /// <summary>The folder of agents, where one was named.</summary>
    public string? Agents { get; init; }

    public required int MaxConcurrentExecutions { get; init; }

    public TimeSpan SessionLength { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>How long running steps may take when the server is told to stop.</summary>
    public TimeSpan ShutdownPatience { get; init; } = new EngineOptions().ShutdownPatience;

    /// <summary>How long an execution may take, where neither its definition nor its submission says.</summary>
    public TimeSpan ExecutionTimeout { get; init; } = new EngineOptions().ExecutionTimeout;

    public required LogLevel LogLevel { get; init; }

    /// <summary>Where pages come from that may call this server from a browser.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Where the server is reached from outside.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>How many may follow executions.</summary>
    public StreamLimits Streams { get; init; } = new();

    /// <summary>How many bytes of requests may be under way, and how long one may take.</summary>
    public BodyLimits Bodies { get; init; } = new();

    /// <summary>What the states of all running executions may hold.</summary>
    public long StateMemoryBytes { get; init; } = new EngineOptions().StateMemoryBytes;

    public required StorageSettings Storage { get; init; }

    /// <summary>How much is whose, where it was said.</summary>
    public IReadOnlyDictionary<TenantId, TenantSettings> Tenants { get; init; } = new Dictionary<TenantId, TenantSettings>();

    public required ModelSettings Models { get; init; }

    public required OutboundSettings Outbound { get; init; }

    /// <summary>How jobs come and results go as events.</summary>
    public EventSettings Events { get; init; } = new();

    /// <summary>Where executions are streamed to, beside the API.</summary>
    public RedisStreamOptions? Redis { get; init; }

    /// <summary>Which queues of that Redis are worked on; <c>null</c> if none.</summary>
    public DomainActionOptions? DomainActions { get; init; }

    /// <summary>Who else is told what executions do, and steers them.</summary>
    public OrchestratorOptions? Orchestrator { get; init; }

    /// <summary>Where the server listens for something else than the API.</summary>
    public IEnumerable<IPEndPoint> OwnPorts => new[] { Storage.Cluster?.Listen, Events.Open?.Listen }.OfType<IPEndPoint>();

    /// <summary>Whether the server is not ready without its brokers.</summary>
    public bool RequireBrokers { get; init; }

    /// <summary>Assemblies that add to the engine, in this order.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>What is told to a collector.</summary>
    public TracingSettings Tracing { get; init; } = new();
}
