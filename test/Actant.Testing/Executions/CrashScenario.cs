using Actant.Journaling;
using Actant.Testing.Kinds;

namespace Actant.Testing.Executions;

/// <summary>A conversation that must end the same way wherever its process dies.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Definition">The agent, as YAML; or a document of <see cref="StagesKind"/>.</param>
/// <param name="Inputs">What is said to it, one execution after the other on one thread.</param>
public sealed record CrashScenario(string Name, string Definition, params IReadOnlyList<string> Inputs)
{
    /// <summary>What a person answers, as JSON. A question for the outcome of a call is answered by the test itself.</summary>
    public Func<Interrupt, string> Answer { get; init; } = static _ => "\"yes\"";

    /// <summary>Whether it is no agent, but of a kind that was added.</summary>
    public bool IsOfAddedKind { get; init; }

    /// <summary>Whether branches speak at once, so that the order of messages is open.</summary>
    public bool IsParallel { get; init; }

    /// <summary>Waits for another attempt that are longer are stored.</summary>
    public TimeSpan LongestWaitInMemory { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The length of a session; heartbeats, which wake sleepers, come every 30 % of it.</summary>
    public TimeSpan SessionLength { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override string ToString() => Name;
}
