namespace Actant.Expressions;

/// <summary>
/// A path that an expression reads, as far as it is written down: <c>state.plan[i].title</c> reads <c>state.plan</c>.
/// </summary>
public sealed class ExpressionReference
{
    internal ExpressionReference(string root, IReadOnlyList<string> keys, int position)
    {
        Root = root;
        Keys = keys;
        Position = position;
    }

    /// <summary>The root variable.</summary>
    public string Root { get; }

    /// <summary>The map keys below the root, outermost first; empty when the root is read as a whole.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Offset of the first mention in the source, in UTF-16 units.</summary>
    public int Position { get; }

    /// <summary>The path with dots, for messages; ambiguous where a key itself contains a dot.</summary>
    public override string ToString() => Keys.Count == 0 ? Root : $"{Root}.{string.Join('.', Keys)}";
}
