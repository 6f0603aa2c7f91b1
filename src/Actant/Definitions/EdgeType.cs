namespace Actant.Definitions;

/// <summary>What an edge means.</summary>
public enum EdgeType
{
    /// <summary>The target follows.</summary>
    Direct,

    /// <summary>The target follows if the condition holds when the source ends.</summary>
    Conditional,

    /// <summary>The target follows if the source failed and its error strategy is <c>fallback</c>.</summary>
    Error,

    /// <summary>The source may call the target, a specialist, as a tool.</summary>
    Orchestration,

    /// <summary>The target follows if none of the source's conditions held when it ended.</summary>
    Else,
}
