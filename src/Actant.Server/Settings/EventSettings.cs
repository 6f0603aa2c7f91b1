using Actant.Nats;

namespace Actant.Server.Settings;

/// <summary>How jobs come and results go as events: the sections <c>CloudEvents</c> and <c>Nats</c>.</summary>
internal sealed record EventSettings
{
    /// <summary>Where the ends of all jobs are delivered.</summary>
    public Uri? Sink { get; init; }

    /// <summary>The <c>source</c> of results.</summary>
    public string? Source { get; init; }

    /// <summary>Where events come in without a key; <c>null</c> if nowhere.</summary>
    public OpenEventSettings? Open { get; init; }

    /// <summary>Where jobs come from and results go to, over NATS; <c>null</c> without it.</summary>
    public NatsOptions? Nats { get; init; }
}
