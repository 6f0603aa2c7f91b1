using System.Diagnostics.CodeAnalysis;

namespace Actant.Expressions;

/// <summary>The outcome of rendering a template: its text, or the error that took its place.</summary>
public readonly struct TemplateResult
{
    internal TemplateResult(string text) => Text = text;

    internal TemplateResult(ExpressionError error) => Error = error;

    /// <summary>The text; nothing when there is an error, never a part of it.</summary>
    public string? Text { get; }

    /// <summary>The error, with its position in the template.</summary>
    public ExpressionError? Error { get; }

    /// <summary>True when there is a text.</summary>
    [MemberNotNullWhen(true, nameof(Text))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;
}
