namespace Actant.Journaling;

/// <summary>An activation that has ended, as the planner is told again after a crash.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Position">Where the journal says so.</param>
/// <param name="Live">The edges that are taken.</param>
/// <param name="Succeeded">Whether it counts as an output.</param>
/// <param name="Failed">Whether it failed, and its graph went on: then it has given nothing.</param>
internal sealed record EndedActivation(string Name, long Position, IReadOnlyList<int> Live, bool Succeeded, bool Failed = false);
