using Actant.Api;
using Actant.AspNetCore.Problems;

namespace Actant.AspNetCore.CloudEvents;

/// <summary>What became of one event of a batch.</summary>
internal sealed record EventReceipt
{
    /// <summary>Its place in the batch, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Its id, if it can be read.</summary>
    public string? Id { get; init; }

    /// <summary>The status that it would have got alone.</summary>
    public required int Status { get; init; }

    /// <summary>The execution, if it was accepted.</summary>
    public AcceptedView? Accepted { get; init; }

    /// <summary>Why it was not.</summary>
    public Problem? Problem { get; init; }
}
