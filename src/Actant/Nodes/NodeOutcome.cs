namespace Actant.Nodes;

/// <summary>How an activation ended, before its error strategy and its edges are looked at.</summary>
/// <param name="Writes">What it writes to the state, before reducers.</param>
/// <param name="Failure">Why it failed, if it did.</param>
internal sealed record NodeOutcome(IReadOnlyList<StateWrite> Writes, Failure? Failure = null)
{
    /// <summary>Ended well without writing.</summary>
    public static NodeOutcome Done { get; } = new([]);

    /// <summary>Failed.</summary>
    public static NodeOutcome Failed(Failure failure) => new([], failure);
}
