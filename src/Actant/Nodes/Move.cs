namespace Actant.Nodes;

/// <summary>What an activation needs next. Decided from state alone (and, where it waits for a time, by whether that has come), so that it is decided the same again after a crash.</summary>
internal abstract record Move
{
    /// <summary>Nothing until something that is under way has ended.</summary>
    public static Move Wait { get; } = new WaitMove();

    /// <summary>It has its outcome.</summary>
    public sealed record Finish(NodeOutcome Outcome) : Move;

    /// <summary>A model must be called.</summary>
    public sealed record CallModel(ModelRequest Request) : Move;

    /// <summary>These calls of tools must be made; those that are finished are skipped.</summary>
    /// <param name="Calls">The calls.</param>
    /// <param name="Plan">What making one means.</param>
    public sealed record CallTools(IReadOnlyList<Journaling.CallState> Calls, Func<Journaling.CallState, PlannedCall> Plan) : Move;

    /// <summary>A nested graph must run to its end.</summary>
    public sealed record Enter(NestedScope Scope) : Move;

    /// <summary>Nothing until a time has come; then the activation is looked at again.</summary>
    public sealed record Sleep(DateTimeOffset Until) : Move;

    /// <summary>A child must run to its end: a node of this definition on a thread of its own.</summary>
    /// <param name="Node">Which node: <see cref="DefinitionProgram.At"/>.</param>
    /// <param name="Input">Its input.</param>
    public sealed record Start(string Node, System.Text.Json.JsonElement Input) : Move;

    /// <summary>Somebody must decide.</summary>
    public sealed record Interrupt(Journaling.Interrupt Question) : Move;

    private sealed record WaitMove : Move;
}
