using System.Diagnostics.CodeAnalysis;
using Actant.Expressions.Nodes;
using Actant.Expressions.Syntax;
using Actant.Expressions.Values;

namespace Actant.Expressions;

/// <summary>
/// A compiled expression in a subset of CEL: deterministic, without side effects, bounded in time and memory. Immutable and
/// safe to evaluate from many threads at once.
/// </summary>
public sealed class Expression
{
    private readonly Node _root;
    private readonly ExpressionOptions _options;

    private Expression(string source, Node root, IReadOnlyList<ExpressionReference> references, ExpressionOptions options)
    {
        Source = source;
        References = references;
        _root = root;
        _options = options;
    }

    /// <summary>The text that was compiled.</summary>
    public string Source { get; }

    /// <summary>The paths that evaluation may read, also those of branches not taken and of <c>has</c>; each once.</summary>
    public IReadOnlyList<ExpressionReference> References { get; }

    /// <summary>Compiles a source that is known to be valid.</summary>
    /// <exception cref="ExpressionSyntaxException">It is not.</exception>
    public static Expression Compile(string source, ExpressionOptions? options = null) =>
        TryCompile(source, out var expression, out var error, options) ? expression : throw new ExpressionSyntaxException(error);

    /// <summary>
    /// Compiles a source from anywhere; whatever it holds, the outcome is an expression or the first error in it.
    /// </summary>
    public static bool TryCompile(
        string source,
        [NotNullWhen(true)] out Expression? expression,
        [NotNullWhen(false)] out ExpressionError? error,
        ExpressionOptions? options = null)
    {
        options ??= ExpressionOptions.Default;
        var references = new ReferenceCollector();
        var root = Parser.Parse(source, options, references, out error);
        expression = root is null ? null : new Expression(source, root, references.References, options);
        return expression is not null;
    }

    /// <summary>Evaluates against the scope; the value may be backed by the scope's documents.</summary>
    public ExpressionResult Evaluate(IExpressionScope scope)
    {
        var evaluation = new Evaluation(scope, _options);
        return Evaluation.TryRun(_root, ref evaluation, out var value)
            ? new ExpressionResult(value)
            : new ExpressionResult(evaluation.Error!);
    }

    /// <summary>Evaluates a condition. There is no truthiness: a value that is no bool, null included, is a type error.</summary>
    public bool TryEvaluateCondition(IExpressionScope scope, out bool value, [NotNullWhen(false)] out ExpressionError? error)
    {
        var result = Evaluate(scope);
        value = false;
        error = result.Error;
        if (result.IsSuccess && result.Value.Kind != ExpressionValueKind.Boolean)
        {
            error = new ExpressionError(
                ExpressionErrorCodes.Type,
                $"The condition is of type {result.Value.Kind.Name()}, not bool.",
                _root.Position,
                _root.Path);
        }

        value = error is null && result.Value.GetBoolean();
        return error is null;
    }

    /// <summary>The source.</summary>
    public override string ToString() => Source;
}
