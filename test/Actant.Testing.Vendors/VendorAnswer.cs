namespace Actant.Testing.Vendors;

/// <summary>What a model says, whoever's it is.</summary>
public sealed record VendorAnswer
{
    /// <summary>The text, as it is streamed.</summary>
    public IReadOnlyList<string> Deltas { get; init; } = [];

    public string Text => string.Concat(Deltas);

    public IReadOnlyList<VendorCall> Calls { get; init; } = [];

    public VendorUsage Usage { get; init; } = new(10, 0, 0, 5, 0);

    /// <summary>What it thought before it spoke.</summary>
    public string? Thinking { get; init; }

    /// <summary>What the vendor signs that with, or sends along with each call, where it does.</summary>
    public string? Signature { get; init; }

    /// <summary>Why it ended, in the vendor's word, where that is not what follows from the rest.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the bound on tokens ended it.</summary>
    public bool IsCutOff { get; init; }
}
