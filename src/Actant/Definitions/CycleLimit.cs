namespace Actant.Definitions;

/// <summary>What happens when a cycle wants one iteration more than its limit.</summary>
public enum CycleLimit
{
    /// <summary>The graph fails with <c>cycle_limit</c>.</summary>
    Fail,

    /// <summary>The cycle ends, and the nodes that wanted to go back take their edges out of it: what follows has the last iteration's result.</summary>
    Leave,
}
