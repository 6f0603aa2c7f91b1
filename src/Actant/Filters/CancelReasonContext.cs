namespace Actant.Filters;

/// <summary>
/// Why somebody cancels an execution, in their words, before it is stored. A refusal takes the words away; what is cancelled is cancelled.
/// </summary>
public sealed class CancelReasonContext : ValueContext
{
    internal override string What => "the reason of a cancel";
}
