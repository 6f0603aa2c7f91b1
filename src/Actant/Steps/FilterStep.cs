using System.Text.Json;

namespace Actant.Steps;

/// <summary>A value of a call passes its filters. They may take their time; the call has its slot meanwhile, and cancels are heard.</summary>
internal sealed record FilterStep : RunningStep
{
    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>Lets the value pass.</summary>
    public required Func<CancellationToken, ValueTask<JsonElement>> Pass { get; init; }

    /// <summary>What follows when it has passed, on the loop.</summary>
    public required Action<JsonElement> Passed { get; init; }

    /// <inheritdoc />
    public override StepKey Key => new(Run.Path, Activation.Name, CallId);
}
