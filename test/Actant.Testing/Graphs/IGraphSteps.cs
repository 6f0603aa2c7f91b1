namespace Actant.Testing.Graphs;

/// <summary>What decides in one scope which activation follows: the planner, or the model that it is compared with.</summary>
public interface IGraphSteps
{
    /// <summary><c>completed</c> or the code of the failure, once nothing can start any more.</summary>
    string? Outcome { get; }

    /// <summary>The names of the first activations.</summary>
    IReadOnlyList<string> Begin();

    /// <summary>The names of what starts now.</summary>
    /// <param name="name">The activation that has ended.</param>
    /// <param name="live">The places, in the definition, of the edges that it takes.</param>
    /// <param name="succeeded">Whether it came to a good end.</param>
    IReadOnlyList<string> Finish(string name, IReadOnlyCollection<int> live, bool succeeded);
}
