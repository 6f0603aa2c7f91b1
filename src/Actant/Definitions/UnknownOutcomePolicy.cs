namespace Actant.Definitions;

/// <summary>What is done when nobody knows whether an unsafe call happened.</summary>
public enum UnknownOutcomePolicy
{
    /// <summary>Interrupt with <c>tool_outcome_unknown</c> and let a person say.</summary>
    Ask,

    /// <summary>Call again: the definition's author accepts that it may happen twice.</summary>
    Retry,

    /// <summary>Tell the model that the call failed with an unknown outcome.</summary>
    Fail,
}
