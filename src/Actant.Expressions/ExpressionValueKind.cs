using System.Diagnostics.CodeAnalysis;

namespace Actant.Expressions;

/// <summary>
/// The types of the language. A JSON number is an integer if it is written as one and fits 64 bits, else a double.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "Names of types is what these are.")]
public enum ExpressionValueKind
{
    /// <summary>JSON null, and every member that is missing.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A signed 64-bit integer, <c>int</c> in messages.</summary>
    Integer,

    /// <summary>An IEEE 754 double, infinities and NaN included.</summary>
    Double,

    /// <summary>Unicode text.</summary>
    String,

    /// <summary>A JSON array or a list made by the expression.</summary>
    List,

    /// <summary>A JSON object or a map made by the expression; its keys are strings.</summary>
    Map,
}
