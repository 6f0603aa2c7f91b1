namespace Actant.Definitions;

/// <summary>How much of the conversation a node's model is given, beside what it says itself.</summary>
public enum Sees
{
    /// <summary>What was said on the thread so far, by people and by all nodes of its graph.</summary>
    Thread,

    /// <summary>The input of the execution, or of the nested graph, alone.</summary>
    Input,

    /// <summary>What was said last: the answer of the node before it, or the input.</summary>
    Last,

    /// <summary>Values of expressions, as one JSON object; nothing that was said.</summary>
    Values,
}
