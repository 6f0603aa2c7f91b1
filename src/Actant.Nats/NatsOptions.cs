using Actant.Access;

namespace Actant.Nats;

/// <summary>How jobs come from NATS JetStream, and results go there.</summary>
public sealed record NatsOptions
{
    private const int LongestText = 4096;

    /// <summary>The servers: <c>nats://host:4222</c>, several with commas; <c>tls://</c> insists on TLS.</summary>
    public required string Url { get; init => field = OptionRange.CheckText(value, LongestText); }

    /// <summary>The stream of jobs.</summary>
    public string JobStream { get; init => field = OptionRange.CheckText(value, LongestText); } = "AGENT_EXECUTION";

    /// <summary>What it takes where it is made here.</summary>
    public string JobSubjects { get; init => field = OptionRange.CheckText(value, LongestText); } = "agent.execution.>";

    /// <summary>The durable consumer that all nodes share.</summary>
    public string Consumer { get; init => field = OptionRange.CheckText(value, LongestText); } = "agent-executor-workers";

    /// <summary>The stream of results.</summary>
    public string ResultStream { get; init => field = OptionRange.CheckText(value, LongestText); } = "AGENT_RESULTS";

    /// <summary>What subjects of results begin with; <c>.completed</c> or <c>.failed</c> follows.</summary>
    public string ResultSubject { get; init => field = OptionRange.CheckText(value, LongestText); } = "agent.results";

    /// <summary>The stream of messages that were given up.</summary>
    public string DeadStream { get; init => field = OptionRange.CheckText(value, LongestText); } = "AGENT_DEAD_LETTERS";

    /// <summary>Their subject.</summary>
    public string DeadSubject { get; init => field = OptionRange.CheckText(value, LongestText); } = "agent.dead.execution";

    /// <summary>
    /// What subjects of events begin with, such as <c>agent.events</c>: what executions do is published live below it. <c>null</c> by default: nothing is.
    /// </summary>
    public string? EventSubject { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>What may wait of events in this process, in bytes; a quarter of it for one tenant. What comes beyond is dropped and counted. 64 MiB by default.</summary>
    public long EventBufferBytes { get; init => field = OptionRange.Check(value, 64 * 1024, long.MaxValue); } = 64 * 1024 * 1024;

    /// <summary>How long a node may be silent about a message before another one gets it, where the consumer is made here. 30 s by default.</summary>
    public TimeSpan AckWait { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(30);

    /// <summary>After how many tries of which nothing was left but silence a message is given up. 5 by default.</summary>
    public int MaxTries { get; init => field = OptionRange.Check(value, 1, 1_000_000); } = 5;

    /// <summary>How long a message waits that cannot be taken now. 5 s by default.</summary>
    public TimeSpan NakDelay { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(5);

    /// <summary>Whose jobs are that name no tenant.</summary>
    public TenantId Tenant { get; init; } = TenantId.Default;

    /// <summary>Which other tenants jobs may name: whoever may publish to the stream is trusted with them.</summary>
    public IReadOnlySet<TenantId> Tenants { get; init; } = new HashSet<TenantId>();

    /// <summary>What jobs may do: <see cref="Access.Role.Editor"/> where their definitions may name secrets.</summary>
    public Role Role { get; init; } = Role.Runner;

    /// <summary>Who connects, where a name and a password are asked for.</summary>
    public string? User { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>The password.</summary>
    public string? Password { get; init => field = OptionRange.CheckSecret(value); }

    /// <summary>A token, in place of these.</summary>
    public string? Token { get; init => field = OptionRange.CheckSecret(value); }

    /// <summary>A file with the seed of an NKey, in place of these.</summary>
    public string? NKeyFile { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>A file of credentials (JWT and seed), in place of these.</summary>
    public string? CredentialsFile { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>A file with the certificates that sign the server's, in place of the system's.</summary>
    public string? CaFile { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>A file with the certificate of this client.</summary>
    public string? CertificateFile { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>A file with its key.</summary>
    public string? KeyFile { get; init => field = value is null ? null : OptionRange.CheckText(value, LongestText); }

    /// <summary>Whether jobs are taken; otherwise results are sent only.</summary>
    public bool TakesJobs { get; init; } = true;

    /// <summary>Says what is wrong with options that do not fit together.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public static void Check(NatsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool[] logins = [options.User is not null || options.Password is not null, options.Token is not null, options.NKeyFile is not null, options.CredentialsFile is not null];
        if (logins.Count(static isSet => isSet) > 1)
        {
            throw new ArgumentException("There is more than one way to log in: keep one of User with Password, Token, NKeyFile and CredentialsFile.", nameof(options));
        }

        if (options.EventSubject is not { } events)
        {
            return;
        }

        if (!EventSubjects.IsPrefix(events))
        {
            throw new ArgumentException($"Events cannot be published below '{events}': a subject without wildcards is needed, such as agent.events.", nameof(options));
        }

        string[] others = [options.JobSubjects, $"{options.ResultSubject}.>", options.DeadSubject];
        if (others.FirstOrDefault(taken => EventSubjects.Meets(events, taken)) is { } other)
        {
            throw new ArgumentException($"Events cannot be published below '{events}': what is published on {other} is something else. Choose another subject, such as agent.events.", nameof(options));
        }
    }
}
