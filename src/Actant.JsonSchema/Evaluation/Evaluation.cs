using System.Runtime.CompilerServices;

namespace Actant.Schemas;

/// <summary>
/// The state of one validation, on the stack. Without <see cref="Errors"/> it answers yes or no and stops at the first
/// failure; with it, every keyword is tried and reports. Work and depth are bounded: once a bound is reached the
/// evaluation is stopped for good, so that not even a <c>not</c> can turn the failure into success.
/// </summary>
internal ref struct Evaluation
{
    private readonly int _maxDepth;
    private long _steps;
    private int _depth;

    public Evaluation(JsonSchemaOptions options, bool usesDynamicScope, ErrorCollector? errors)
    {
        _maxDepth = options.MaxDepth;
        _steps = options.MaxSteps;
        Errors = errors;
        Scope = usesDynamicScope ? new DynamicScope() : null;
    }

    public ErrorCollector? Errors { get; set; }

    /// <summary>What was evaluated of the current instance location, for the <c>unevaluated*</c> keywords.</summary>
    public EvaluatedSet Evaluated;

    public DynamicScope? Scope { get; }

    public string? StopReason { get; private set; }

    public readonly bool IsCollecting => Errors is not null;

    public bool Enter()
    {
        if (StopReason is not null || !Charge(1) || Errors is { IsFull: true })
        {
            return false;
        }

        // The check of the real stack is for callers that are deep themselves; asking on each level would cost too much.
        if (_depth >= _maxDepth || (_depth % 16 == 15 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            return Stop($"the evaluation is nested deeper than {_maxDepth} schemas; flatten the value or the references of the schema");
        }

        _depth++;
        return true;
    }

    public void Leave() => _depth--;

    public bool Charge(long steps)
    {
        if ((_steps -= steps) >= 0)
        {
            return true;
        }

        return Stop("the evaluation takes more steps than allowed; simplify the schema or send a smaller value");
    }

    public bool Stop(string reason)
    {
        StopReason ??= reason;
        return false;
    }

    public readonly bool Report(Keyword keyword, string message)
    {
        Errors?.Add(keyword.SchemaPath, keyword.Name, message);
        return false;
    }
}
