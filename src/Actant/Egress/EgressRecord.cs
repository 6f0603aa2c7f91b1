using System.Net;

namespace Actant.Egress;

/// <summary>One request that went out, or was refused. A followed redirect is a request of its own.</summary>
public sealed record EgressRecord
{
    /// <summary>On whose behalf.</summary>
    public required EgressCaller Caller { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The host, normalised; empty if the URL was refused before there was one.</summary>
    public required string Host { get; init; }

    /// <summary>The port; 0 if there was none.</summary>
    public required int Port { get; init; }

    /// <summary>The address that was checked and connected to last for this host and port; connections are reused.</summary>
    public IPAddress? Address { get; init; }

    /// <summary><c>answered</c>, or the code of <see cref="EgressErrors"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The status of the answer.</summary>
    public int? Status { get; init; }

    /// <summary>Bytes of the answer's body that were read, decompressed.</summary>
    public long BytesReceived { get; init; }

    /// <summary>From the request to the end of its body, or to its failure.</summary>
    public TimeSpan Elapsed { get; init; }
}
