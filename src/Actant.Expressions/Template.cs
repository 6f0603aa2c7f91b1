using System.Diagnostics.CodeAnalysis;
using Actant.Expressions.Nodes;
using Actant.Expressions.Syntax;
using Actant.Expressions.Templates;

namespace Actant.Expressions;

/// <summary>
/// Text with expressions in double braces, compiled: <c>Hello {{ input.name }}</c>. Immutable and safe to render from many
/// threads at once. Literal braces are written <c>{{ "{{" }}</c>.
/// </summary>
public sealed class Template
{
    private readonly TemplateNode _text;
    private readonly Node? _only;
    private readonly ExpressionOptions _options;

    private Template(
        string source,
        IReadOnlyList<TemplatePart> parts,
        IReadOnlyList<ExpressionReference> references,
        ExpressionOptions options)
    {
        Source = source;
        References = references;
        _text = new TemplateNode(parts);
        _only = parts is [{ Hole: { } only }] ? only : null;
        IsConstant = parts.All(static part => part.Hole is null);
        _options = options;
    }

    /// <summary>The text that was compiled.</summary>
    public string Source { get; }

    /// <summary>The paths that the template's expressions may read; each once.</summary>
    public IReadOnlyList<ExpressionReference> References { get; }

    /// <summary>True when there is no expression in it: it renders to its source.</summary>
    public bool IsConstant { get; }

    /// <summary>Compiles a template that is known to be valid.</summary>
    /// <exception cref="ExpressionSyntaxException">It is not.</exception>
    public static Template Compile(string source, ExpressionOptions? options = null) =>
        TryCompile(source, out var template, out var error, options) ? template : throw new ExpressionSyntaxException(error);

    /// <summary>Compiles a source from anywhere; whatever it holds, the outcome is a template or the first error in it.</summary>
    public static bool TryCompile(
        string source,
        [NotNullWhen(true)] out Template? template,
        [NotNullWhen(false)] out ExpressionError? error,
        ExpressionOptions? options = null)
    {
        options ??= ExpressionOptions.Default;
        var references = new ReferenceCollector();
        var parts = TemplateParser.Parse(source, options, references, out error);
        template = parts is null ? null : new Template(source, parts, references.References, options);
        return template is not null;
    }

    /// <summary>Renders to text: null as nothing, strings as they are, everything else as compact JSON.</summary>
    public TemplateResult Render(IExpressionScope scope)
    {
        var result = Run(scope, _text);
        return result.IsSuccess ? new TemplateResult(result.Value.GetString()) : new TemplateResult(result.Error);
    }

    /// <summary>
    /// Gives the value of a template that is exactly one <c>{{ expression }}</c>, with its type; else the rendered text.
    /// </summary>
    public ExpressionResult EvaluateValue(IExpressionScope scope) => Run(scope, _only ?? _text);

    /// <summary>The source.</summary>
    public override string ToString() => Source;

    private ExpressionResult Run(IExpressionScope scope, Node node)
    {
        var evaluation = new Evaluation(scope, _options);
        return Evaluation.TryRun(node, ref evaluation, out var value)
            ? new ExpressionResult(value)
            : new ExpressionResult(evaluation.Error!);
    }
}
