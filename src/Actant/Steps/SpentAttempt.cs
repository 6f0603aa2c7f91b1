using Actant.Journaling;
using Actant.Prices;

namespace Actant.Steps;

/// <summary>What one attempt of a model call took, whether it gave an answer or not.</summary>
/// <param name="Model">The model, as the vendor names it.</param>
/// <param name="ModelSource">Who it was.</param>
/// <param name="Usage">Tokens, as far as the vendor told.</param>
/// <param name="Cost">What they cost.</param>
/// <param name="FinishReason">Why the answer ended, if it was said.</param>
/// <param name="RequestId">The vendor's id of the request, if it gave one.</param>
internal sealed record SpentAttempt(string Model, string ModelSource, Usage Usage, ModelCost Cost, string? FinishReason, string? RequestId)
{
    /// <summary>Counts of the vendor that cannot be, and are in <see cref="Usage"/> as 0; <c>null</c> if there were none.</summary>
    public string? RefusedCounts { get; init; }

    /// <summary>Whether there is anything to be kept of an attempt that failed.</summary>
    public bool IsNothing => Usage.Total == 0 && FinishReason is null;
}
