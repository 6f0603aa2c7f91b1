namespace Actant.Expressions;

/// <summary>
/// Thrown by <c>Compile</c> for a source that the caller promised to be valid; use <c>TryCompile</c> for others.
/// </summary>
public sealed class ExpressionSyntaxException : FormatException
{
    internal ExpressionSyntaxException(ExpressionError error)
        : base(error.ToString()) => Error = error;

    /// <summary>Code, message and position as <c>TryCompile</c> would have returned them.</summary>
    public ExpressionError Error { get; }
}
