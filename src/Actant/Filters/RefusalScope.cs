namespace Actant.Filters;

/// <summary>What a refusal ends.</summary>
public enum RefusalScope
{
    /// <summary>The step: its node fails, and the node's error strategy applies; of a tool call, the model is told.</summary>
    Node,

    /// <summary>The execution, whatever the error strategies of its nodes say: a budget that is used up, for example.</summary>
    Execution,
}
