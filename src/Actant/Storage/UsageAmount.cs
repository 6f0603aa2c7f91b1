namespace Actant.Storage;

/// <summary>What model calls used: of one agent and model, in one commit or on one day.</summary>
public sealed record UsageAmount
{
    /// <summary>The agent.</summary>
    public required string Agent { get; init; }

    /// <summary>Who answered: the provider, or its stand-in.</summary>
    public required string Provider { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>Answers.</summary>
    public long Calls { get; init; }

    /// <summary>Tokens read, cached ones included.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens read from the provider's cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens written, reasoning included.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Tokens of hidden reasoning.</summary>
    public long ReasoningTokens { get; init; }

    /// <summary>What it cost, in USD.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>The sum of two amounts of the same agent and model.</summary>
    public UsageAmount Plus(UsageAmount other) => this with
    {
        Calls = Calls + other.Calls,
        InputTokens = InputTokens + other.InputTokens,
        CachedTokens = CachedTokens + other.CachedTokens,
        OutputTokens = OutputTokens + other.OutputTokens,
        ReasoningTokens = ReasoningTokens + other.ReasoningTokens,
        CostUsd = CostUsd + other.CostUsd,
    };
}
