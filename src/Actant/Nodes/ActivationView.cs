using System.Text.Json;
using Actant.Definitions;
using Actant.Expressions;
using Actant.Journaling;
using Actant.Tiers;

namespace Actant.Nodes;

/// <summary>What an activation sees.</summary>
internal sealed class ActivationView(JournalState thread, string path, string activation, bool readsMessages)
{
    /// <summary>The scope's path.</summary>
    public string Path { get; } = path;

    /// <summary>The activation's name.</summary>
    public string Name { get; } = activation;

    /// <summary>The scope it runs in.</summary>
    public ScopeState Scope { get; } = thread.Scopes[path];

    /// <summary>How far it is.</summary>
    public ActivationState State { get; } = thread.FindActivation(path, activation) ?? new ActivationState();

    /// <summary>The execution.</summary>
    public ExecutionState Execution { get; } = thread.Execution!;

    /// <summary>The child that it waits for, or whose end it has not looked at.</summary>
    public ChildState? Child { get; } = thread.Execution!.FindChild(path, activation);

    /// <summary>The last position of the journal.</summary>
    public long Position { get; } = thread.Position;

    /// <summary>The store's time, for those that wait for one.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The state as expressions see it.</summary>
    public StateView Expressions => field ??= new StateView(Scope, readsMessages);

    /// <summary>What the tenant's tier allows.</summary>
    public TierLimits Tier { get; init; } = TierLimits.None;

    /// <summary>Whether a scope has begun: then its input is recorded, and is not made again.</summary>
    public bool HasBegun(string scope) => thread.Scopes.TryGetValue(scope, out var begun) && begun.HasInput;

    /// <summary>Bytes that the state of a scope may have.</summary>
    public long MaxStateBytes { get; init; } = new LimitsDefinition().MaxStateBytes;

    /// <summary>For values that are made of the state at once.</summary>
    public ValueBudget NewBudget() => new(MaxStateBytes);

    /// <summary>The newest question of this activation for a reason and a call.</summary>
    public InterruptState? Question(string reason, string? callId = null) => Execution.Interrupts.FindLast(interrupt =>
        interrupt.Path == Path && interrupt.Activation == Name && interrupt.Interrupt.Reason == reason && interrupt.Interrupt.CallId == callId);

    /// <summary>A failure of this activation.</summary>
    public Failure Failure(string code, string message) => new() { Code = code, Message = message, Where = ScopePath.OfNode(Path, Name) };

    /// <summary>A value that cannot be kept.</summary>
    public NodeOutcome Failed((string Code, string Message) fault, string where) =>
        NodeOutcome.Failed(Failure(fault.Code, $"{where}: {fault.Message}"));

    /// <summary>An expression that has no value.</summary>
    public NodeOutcome Failed(ExpressionError error, string where) =>
        NodeOutcome.Failed(Failure("expression_error", $"{where}: {error}"));

    /// <summary>A text as a value.</summary>
    public static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, JournalJson.Default.String);
}
