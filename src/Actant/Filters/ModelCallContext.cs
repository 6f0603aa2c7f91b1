using Microsoft.Extensions.AI;

namespace Actant.Filters;

/// <summary>
/// One attempt of a model call. What follows makes it. A budget reserves by <see cref="Estimate"/> before, and settles by
/// <see cref="Spent"/> in a <c>finally</c> after it, whatever happened.
/// </summary>
public sealed class ModelCallContext : FilterContext
{
    private readonly Func<ModelCallContext, ModelCallEstimate>? _estimate;
    private readonly Func<ModelCallSpent>? _spent;

    /// <summary>A call, for tests of filters.</summary>
    public ModelCallContext()
    {
    }

    internal ModelCallContext(Func<ModelCallContext, ModelCallEstimate> estimate, Func<ModelCallSpent> spent) => (_estimate, _spent) = (estimate, spent);

    /// <summary>The provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The model, as the definition names it.</summary>
    public required string Model { get; init; }

    /// <summary>Everything that is sent, the instructions first. Not to be changed: it is kept for the next turn.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>The tools on offer.</summary>
    public IReadOnlyList<AITool> Tools { get; init; } = [];

    /// <summary>The most tokens of the answer, where the definition says.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The id of the answer's message.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>How often the model has answered before in this run of the node.</summary>
    public int Turn { get; init; }

    /// <summary>1 for the first attempt of this turn.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>
    /// The same for the reservation and the settlement of one attempt, and for no other: <c>MESSAGE/ATTEMPT/EPOCH</c>, which the entry of
    /// the answer, or of the attempt that failed, has as its <c>message.id</c> (<c>message_id</c>), <c>attempt</c> and <c>epoch</c>.
    /// </summary>
    public string Key { get; init; } = "";

    /// <summary>What it may take at most, as far as that can be told before. Counted when it is asked for.</summary>
    public ModelCallEstimate Estimate
    {
        get => field ??= _estimate?.Invoke(this) ?? new ModelCallEstimate();
        init;
    }

    /// <summary>What the provider has counted until now, of an attempt that failed too.</summary>
    public ModelCallSpent Spent => _spent?.Invoke() ?? new ModelCallSpent { Model = Model, ModelSource = Provider };

    internal override string What => "a model call";
}
