using System.Runtime.InteropServices;

namespace Actant.Expressions.Nodes;

/// <summary>
/// What one evaluation has left and how it failed. A node that returns false has set <see cref="Error"/>; once the budget is
/// spent every further node fails too, so no logical operator can absorb that.
/// </summary>
internal struct Evaluation(IExpressionScope scope, ExpressionOptions options)
{
    private const int CharactersPerStep = 1024;

    private int _steps = options.MaxSteps;

    public readonly IExpressionScope Scope => scope;

    public readonly int MaxStringLength => options.MaxStringLength;

    public ExpressionError? Error { get; set; }

    /// <summary>Set while the caller's scope runs: its exceptions are not ours to explain.</summary>
    public bool IsInScope { get; set; }

    public bool TrySpend(long steps, int position)
    {
        if (_steps >= steps)
        {
            _steps -= (int)steps;
            return true;
        }

        return FailTooExpensive($"The expression needs more than {options.MaxSteps} steps.", position);
    }

    public bool TrySpendText(long characters, int position) =>
        characters < CharactersPerStep || TrySpend(characters / CharactersPerStep, position);

    public bool FailTooExpensive(string message, int position)
    {
        _steps = -1;
        return Fail(ExpressionErrorCodes.TooExpensive, message, position);
    }

    public bool Fail(string code, string message, int position, string? path = null)
    {
        Error = new ExpressionError(code, message, position, path);
        return false;
    }

    public bool FailType(string message, Node node, Node? operand = null) =>
        Fail(ExpressionErrorCodes.Type, message, node.Position, (operand ?? node).Path);

    /// <summary>The text of a string value, paid for by its length.</summary>
    public bool TryReadText(in ExpressionValue value, int position, out string text)
    {
        var length = value.IsJson ? JsonMarshal.GetRawUtf8Value(value.Element).Length : 0;
        text = "";
        if (!TrySpendText(length, position))
        {
            return false;
        }

        text = value.GetString();
        return length != 0 || TrySpendText(text.Length, position);
    }

    /// <summary>
    /// Runs the node. What System.Text.Json throws on, bad Unicode and bottomless nesting in the data, becomes an error.
    /// </summary>
    public static bool TryRun(Node node, ref Evaluation evaluation, out ExpressionValue value)
    {
        try
        {
            return node.TryEvaluate(ref evaluation, out value);
        }
        catch (InvalidOperationException exception) when (!evaluation.IsInScope && exception is not ObjectDisposedException)
        {
            value = default;
            return evaluation.Fail(
                ExpressionErrorCodes.InvalidData,
                "The data cannot be read: a text is not valid Unicode, or it is nested too deeply.",
                node.Position);
        }
    }
}
