namespace Actant.Expressions;

/// <summary>The stable codes of <see cref="ExpressionError"/>; they may be stored and matched on.</summary>
public static class ExpressionErrorCodes
{
    /// <summary>The source is not an expression, or leaves the language or a limit of its form (length, depth).</summary>
    public const string Syntax = "expression_syntax";

    /// <summary>A name that the caller's scope does not have.</summary>
    public const string UnknownName = "expression_unknown_name";

    /// <summary>An operator, function or condition met a type that it is not defined for.</summary>
    public const string Type = "expression_type";

    /// <summary>An integer result outside 64 bits.</summary>
    public const string Overflow = "expression_overflow";

    /// <summary>Integer division or remainder by zero.</summary>
    public const string DivisionByZero = "expression_division_by_zero";

    /// <summary>A value of the right type that has no result: an unparsable number, a bad pattern, a repeated key.</summary>
    public const string InvalidArgument = "expression_invalid_argument";

    /// <summary>
    /// The data holds text that is not Unicode, such as half a surrogate pair, or is nested too deeply to be written.
    /// </summary>
    public const string InvalidData = "expression_invalid_data";

    /// <summary>The bound on steps or on the size of a result was reached.</summary>
    public const string TooExpensive = "expression_too_expensive";
}
