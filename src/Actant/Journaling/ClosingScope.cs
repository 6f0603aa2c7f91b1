namespace Actant.Journaling;

/// <summary>What waits for its unsafe calls to end.</summary>
/// <param name="Path">The scope.</param>
/// <param name="Activation">The run of a node, if it is not the whole scope.</param>
/// <param name="Failure">What it ends with.</param>
internal sealed record ClosingScope(string Path, string? Activation, Failure Failure)
{
    /// <summary>Whether an activation is in it.</summary>
    public bool Contains(string path, string activation) => Activation is null
        ? ScopePath.IsAtOrBelow(path, Path)
        : (path == Path && activation == Activation) || (path.Length > 0 && ScopePath.IsAtOrBelow(path, ScopePath.OfNode(Path, Activation)));

    /// <summary>Whether the other one is part of this one and not the same.</summary>
    public bool Encloses(ClosingScope other)
    {
        if (Path == other.Path)
        {
            return Activation is null && other.Activation is not null;
        }

        return ScopePath.IsAtOrBelow(other.Path, Activation is null ? Path : ScopePath.OfNode(Path, Activation));
    }
}
