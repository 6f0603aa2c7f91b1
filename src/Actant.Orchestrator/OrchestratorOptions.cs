using Actant.Access;

namespace Actant.Orchestrator;

/// <summary>Where an orchestrator listens, and what it may ask.</summary>
public sealed record OrchestratorOptions
{
    /// <summary>Its WebSocket, <c>ws://…/ws/task_updates</c> or <c>wss://…</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer …</c>, where it is given.</summary>
    public string? Token { get; init => field = OptionRange.CheckSecret(value); }

    /// <summary>What its commands may do: in the name of this role, and no more.</summary>
    public Role Role { get; init; } = Role.Runner;

    /// <summary>The tenants that it may steer executions of; <c>default</c> if it says nothing. It is told of all of them.</summary>
    public IReadOnlyList<TenantId> Tenants { get; init; } = [TenantId.Default];

    /// <summary>What may wait in this process, in bytes; a quarter of it for one tenant. 16 MiB by default.</summary>
    public long BufferBytes { get; init => field = OptionRange.Check(value, 64 * 1024, long.MaxValue); } = 16 * 1024 * 1024;

    /// <summary>The wait after the first connection that failed; it doubles with each. 500 ms by default.</summary>
    public TimeSpan FirstWait { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between two tries; each is up to a half shorter by chance. 30 s by default.</summary>
    public TimeSpan LongestWait { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(30);

    /// <summary>Says what is wrong with it.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public static void Check(OrchestratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Url.IsAbsoluteUri || options.Url is not ({ Scheme: "ws" or "wss", UserInfo: "", Fragment: "" }))
        {
            throw new ArgumentException("An orchestrator's address is such as ws://agent-orchestrator:8000/ws/task_updates, without a user or a token in it.", nameof(options));
        }

        if (options.Token is { } token && !token.All(static c => c is > ' ' and < '\x7f'))
        {
            throw new ArgumentException("A token has visible ASCII characters only.", nameof(options));
        }
    }
}
