namespace Actant.Definitions;

/// <summary>When a node with several incoming edges runs.</summary>
public enum Join
{
    /// <summary>Once, when all are settled and one is live.</summary>
    All,

    /// <summary>Once for each live edge.</summary>
    Any,
}
