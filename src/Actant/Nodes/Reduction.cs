using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>What writes come to.</summary>
/// <param name="Operations">What happens to the state.</param>
/// <param name="Values">What the written keys have then.</param>
/// <param name="Fault">Why nothing of it may happen, as code and message; <c>null</c> if all of it may.</param>
internal sealed record Reduction(
    IReadOnlyList<StateOperation> Operations, IReadOnlyDictionary<string, WrittenValue> Values, (string Code, string Message)? Fault = null)
{
    /// <summary>Of no writes.</summary>
    public static Reduction Nothing { get; } = new([], new Dictionary<string, WrittenValue>());
}
