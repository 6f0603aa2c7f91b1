namespace Actant.Definitions;

/// <summary>What a document may be at most. They protect the reader; graphs that people write stay far below.</summary>
internal static class DefinitionBounds
{
    public const int Bytes = 4 * 1024 * 1024;
    public const int Depth = 64;
    public const int YamlValues = 100_000;
    public const int Problems = 100;
    public const int Nodes = 1_000;
    public const int Edges = 10_000;
    public const int ListItems = 1_000;
    public const int NameLength = 64;
    public const int AgentNameLength = 100;
    public const int MaxAttempts = 20;
    public const int MaxTurns = 1_000;
    public const int MaxNesting = 32;
    public const int MaxIterations = 1_000_000;
    public const int MaxSteps = 1_000_000;
    public const int LeastStateBytes = 1024;
    public const int MostStateBytes = 1024 * 1024 * 1024;
    public const int HighestPriority = 9;

    /// <summary>How long a node of type <c>wait</c> may wait.</summary>
    public const int WaitDays = 366;

    /// <summary>Ten years: still exact in every clock and far from overflow.</summary>
    public const long Milliseconds = 10L * 365 * 24 * 60 * 60 * 1000;

    public static readonly NumberRange Temperature = new(0, 2);
    public static readonly NumberRange TopP = new(0, 1);
    public static readonly NumberRange OutputTokens = new(1, int.MaxValue);
    public static readonly NumberRange TimeoutMs = new(1, Milliseconds);
    public static readonly NumberRange ToolOutputBytes = new(1, int.MaxValue);
    public static readonly NumberRange CallsInAWindow = new(1, 10_000);
    public static readonly NumberRange WindowSeconds = new(1, 24 * 60 * 60);
}
