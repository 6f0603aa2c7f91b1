
namespace Actant.AspNetCore.Problems;

/// <summary>Problem details of RFC 9457, with a stable code and, for bad input, every error with its path.</summary>
internal sealed record Problem
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    public required string Code { get; init; }

    public string? Instance { get; init; }

    public string? ErrorId { get; init; }

    public IReadOnlyList<DefinitionProblem>? Errors { get; init; }
}
