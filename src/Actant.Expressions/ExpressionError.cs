namespace Actant.Expressions;

/// <summary>Why a source does not compile or an evaluation has no value.</summary>
/// <param name="Code">One of <see cref="ExpressionErrorCodes"/>.</param>
/// <param name="Message">A sentence for the author of the expression; it names types, never values of the data.</param>
/// <param name="Position">Offset in the source, in UTF-16 units, of the operator, name or character at fault.</param>
/// <param name="Path">The data path of the operand at fault, such as <c>state.score</c>, when it is one.</param>
public sealed record ExpressionError(string Code, string Message, int Position, string? Path = null)
{
    /// <summary>One line for logs: code, message, path and position.</summary>
    public override string ToString() =>
        Path is null ? $"{Code} at {Position}: {Message}" : $"{Code} at {Position} ({Path}): {Message}";
}
