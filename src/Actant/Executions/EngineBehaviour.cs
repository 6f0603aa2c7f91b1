namespace Actant.Executions;

/// <summary>
/// The numbers of the engine's behaviour. An execution is decided with the one that it began with: a change that would decide
/// something else from the same journal gets a number here, with what it was and what it is since.
/// </summary>
internal static class EngineBehaviour
{
    /// <summary>1: the first.</summary>
    public const int Current = 1;
}
