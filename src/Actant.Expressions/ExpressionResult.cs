using System.Diagnostics.CodeAnalysis;

namespace Actant.Expressions;

/// <summary>The outcome of an evaluation: a value, or the error that took its place.</summary>
public readonly struct ExpressionResult
{
    internal ExpressionResult(in ExpressionValue value) => Value = value;

    internal ExpressionResult(ExpressionError error) => Error = error;

    /// <summary>The value; null when <see cref="IsSuccess"/> is false.</summary>
    public ExpressionValue Value { get; }

    /// <summary>The error, or nothing when there is a value.</summary>
    public ExpressionError? Error { get; }

    /// <summary>True when <see cref="Value"/> may be used.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;
}
