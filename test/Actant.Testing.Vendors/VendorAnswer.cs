namespace Actant.Testing.Vendors;

/// <summary>What a model says, whoever's it is.</summary>
public sealed record VendorAnswer
{
    /// <summary>The text, as it is streamed.</summary>
    public IReadOnlyList<string> Pieces { get; init; } = [];

    public string Text => string.Concat(Pieces);

    public IReadOnlyList<VendorCall> Calls { get; init; } = [];

    public VendorUsage Usage { get; init; } = new(10, 0, 0, 5, 0);

    /// <summary>Whether the bound on tokens ended it.</summary>
    public bool IsCutOff { get; init; }
}
