namespace Actant.Benchmarks.Http;

/// <summary>What was asked of <c>load</c>.</summary>
internal sealed record LoadOptions
{
    public required string Scenario { get; init; }

    /// <summary>A server that runs; without one a server is started.</summary>
    public Uri? Url { get; init; }

    public required string[] Headers { get; init; }

    public int? Pid { get; init; }

    /// <summary>An agent of that server, instead of one that is made for the run.</summary>
    public string? Agent { get; init; }

    public required int Concurrency { get; init; }

    /// <summary>Requests each second, whether the ones before are answered or not; without it the loop is closed.</summary>
    public double? Rate { get; init; }

    public required TimeSpan Duration { get; init; }

    public required TimeSpan WarmUp { get; init; }

    public required int Count { get; init; }

    public required TimeSpan ModelDelay { get; init; }

    public required int Tokens { get; init; }

    public required TimeSpan TokenDelay { get; init; }

    public required string Data { get; init; }

    public string? Json { get; init; }
}
