using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>What an ended activation does to its graph.</summary>
internal sealed record Settlement
{
    /// <summary>What it does to the state.</summary>
    public IReadOnlyList<StateOperation> Operations { get; init; } = [];

    /// <summary>The edges that are taken.</summary>
    public IReadOnlyList<int> Live { get; init; } = [];

    /// <summary>Why it failed, if it did.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Whether its error edges took the failure.</summary>
    public bool FellBack { get; init; }

    /// <summary>Whether its graph fails with it.</summary>
    public bool Fails { get; init; }
}
