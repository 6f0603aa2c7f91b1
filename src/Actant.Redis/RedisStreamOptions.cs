using StackExchange.Redis;

namespace Actant.Redis;

/// <summary>Where executions are streamed to, and what may wait for it in memory.</summary>
public sealed record RedisStreamOptions
{
    /// <summary>
    /// The servers, and how they are reached: <c>ConfigurationOptions.Parse("host:6379,user=…,password=…,ssl=true")</c>; several addresses for a cluster;
    /// with a service name the addresses are Sentinels. Not changed, and what concerns waiting is not taken from it.
    /// </summary>
    public required ConfigurationOptions Client { get; init; }

    /// <summary>Where the password comes from, if it may change while the process runs: asked for each new connection. It goes before that of the client.</summary>
    public Func<string?>? PasswordSource { get; init; }

    /// <summary>What may wait in this process, in bytes; a quarter of it for one tenant. What comes beyond is dropped and counted. 64 MiB by default.</summary>
    public long BufferBytes { get; init => field = OptionRange.Check(value, 64 * 1024, long.MaxValue); } = 64 * 1024 * 1024;

    /// <summary>Says what is wrong with it.</summary>
    /// <exception cref="ArgumentException">Something is; the message holds no password.</exception>
    public static void Check(RedisStreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Client.EndPoints.Count == 0)
        {
            throw new ArgumentException("A configuration of Redis names at least one server, such as `host:6379`.", nameof(options));
        }
    }

    /// <summary>The configuration, with what a publisher needs that must never wait: what cannot be sent now waits in a buffer whose size is known.</summary>
    internal ConfigurationOptions ToClient() => RedisLink.Prepare(Client, PasswordSource);
}
