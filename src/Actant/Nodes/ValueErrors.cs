namespace Actant.Nodes;

/// <summary>The stable codes of values that cannot be kept.</summary>
internal static class ValueErrors
{
    /// <summary>It is nested too deep.</summary>
    public const string TooDeep = "value_too_deep";

    /// <summary>It has more bytes than can be stored.</summary>
    public const string TooLarge = "value_too_large";

    /// <summary>A sum is larger than any number that is kept.</summary>
    public const string NumberOverflow = "number_overflow";

    /// <summary>It does not fit the schema of its key.</summary>
    public const string Misfit = "invalid_state_value";
}
