using System.Globalization;

namespace Actant.Graphs;

/// <summary>One run of a node: the node and the numbers of the regions around it, outermost first.</summary>
internal sealed class Activation : IEquatable<Activation>
{
    private readonly int[] _numbers;

    internal Activation(GraphNode node, int[] numbers)
    {
        Node = node;
        _numbers = numbers;
        Name = numbers.Length == 0 ? node.Name : $"{node.Name}#{string.Join('.', numbers)}";
    }

    /// <summary>The node.</summary>
    public GraphNode Node { get; }

    /// <summary>Unique in its scope: <c>review#2</c> is the second iteration of the cycle around <c>review</c>.</summary>
    public string Name { get; }

    /// <summary>The numbers of the regions around the node: iterations of cycles, arrivals at a <c>join: any</c>.</summary>
    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>Reads a name back.</summary>
    /// <exception cref="FormatException">It is not the name of an activation of this graph.</exception>
    public static Activation Parse(Graph graph, string name)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        try
        {
            return hash < 0
                ? new Activation(graph[name], [])
                : new Activation(graph[name[..hash]], [.. name[(hash + 1)..].Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture))]);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or OverflowException)
        {
            throw new FormatException($"`{name}` is not an activation of this graph.", exception);
        }
    }

    /// <inheritdoc />
    public bool Equals(Activation? other) => other is not null && Name == other.Name;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Activation);

    /// <inheritdoc />
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Name;
}
