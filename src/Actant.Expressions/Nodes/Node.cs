namespace Actant.Expressions.Nodes;

/// <summary>A compiled part of an expression: immutable, shared by all threads that evaluate it.</summary>
internal abstract class Node
{
    protected Node(int position, params ReadOnlySpan<Node> children)
    {
        Position = position;
        foreach (var child in children)
        {
            Height = Math.Max(Height, child.Height + 1);
        }
    }

    /// <summary>Where an error of this node is reported.</summary>
    public int Position { get; }

    /// <summary>Longest way down to a leaf: what the evaluation recurses, bounded by the parser.</summary>
    public int Height { get; }

    /// <summary>The data path that the node reads, if it is nothing but a path.</summary>
    public virtual string? Path => null;

    public bool TryEvaluate(ref Evaluation evaluation, out ExpressionValue value)
    {
        if (evaluation.TrySpend(1, Position))
        {
            return TryEvaluateCore(ref evaluation, out value);
        }

        value = default;
        return false;
    }

    protected abstract bool TryEvaluateCore(ref Evaluation evaluation, out ExpressionValue value);
}
