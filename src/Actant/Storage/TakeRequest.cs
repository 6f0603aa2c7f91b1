namespace Actant.Storage;

/// <summary>What a node asks for when it takes work.</summary>
public sealed record TakeRequest
{
    /// <summary>Who takes.</summary>
    public required SessionId Session { get; init; }

    /// <summary>At most so many threads.</summary>
    public required int Max { get; init; }

    /// <summary>
    /// When there are that many: so many more at most, one of each tenant of which the session holds none by then. In turns, and within caps.
    /// </summary>
    public int Beside { get; init; }

    /// <summary>The body of the <c>Taken</c> entry that is appended to each thread.</summary>
    public required ReadOnlyMemory<byte> TakenBody { get; init; }

    /// <summary>The highest format and behaviour number this node knows; threads beyond it are left alone.</summary>
    public required int Format { get; init; }

    /// <summary>A thread that so many sessions died with alone is not quarantined any more: it is only given its end.</summary>
    public int MaxDeaths { get; init; } = int.MaxValue;

    /// <summary>Take just this thread, out of turn, if it is ready (a cancel that must be carried out).</summary>
    public ThreadKey? Only { get; init; }
}
