namespace Actant.Definitions;

/// <summary>How a write to a state key combines with what is there.</summary>
public enum Reducer
{
    /// <summary>The last write stays.</summary>
    Set,

    /// <summary>A list grows by the value, or by the items of a list.</summary>
    Append,

    /// <summary>An object takes over the written members.</summary>
    Merge,

    /// <summary>Numbers are summed.</summary>
    Add,
}
