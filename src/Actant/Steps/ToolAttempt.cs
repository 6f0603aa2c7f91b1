using Actant.Filters;
using Actant.Tools;

namespace Actant.Steps;

/// <summary>One attempt of a tool call, through the filters. Whether it happened is for the gate to say, whatever a filter makes of it.</summary>
/// <param name="step">The call.</param>
/// <param name="gate">Makes it.</param>
/// <param name="filters">What it passes.</param>
internal sealed class ToolAttempt(ToolStep step, ToolGate gate, FilterChains filters)
{
    private Task<ToolResult>? _calling;
    private ToolResult? _made;

    /// <summary>Whether it certainly did nothing.</summary>
    public bool DidNotHappen => _made is { } made ? made.DidNotHappen : _calling is null;

    /// <summary>The result as it is stored.</summary>
    /// <param name="late">Told what the tool gave that was not waited for to its end.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FilterRefusedException">A filter did not let the call or its result pass.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, and what became of it is not known.</exception>
    public async ValueTask<ToolResult> CallAsync(Action<ToolResult>? late, CancellationToken cancellationToken)
    {
        if (filters.ToolCalls.IsEmpty)
        {
            return await CallGateAsync(late, cancellationToken);
        }

        // A result that is there passes, also where the execution is stopped meanwhile: it would be unknown, and is not.
        using var passing = new CancellationTokenSource();
        await using var stop = cancellationToken.Register(() =>
        {
            if (_calling is not { IsCompletedSuccessfully: true })
            {
                passing.Cancel();
            }
        });
        ToolResult passed;
        try
        {
            passed = await filters.ToolCalls.InvokeAsync(Context(), _ => new(_calling = CallGateAsync(late, cancellationToken)), passing.Token);
        }
        catch (Exception) when (_calling is not null)
        {
            if (await _calling is var made && IsUnknown(made))
            {
                return made;
            }

            throw;
        }

        return _calling is not null && await _calling is var result && IsUnknown(result) ? result : Checked(passed);
    }

    /// <summary>What the tool gave in the end, as it is shown to the person who is asked.</summary>
    /// <exception cref="FilterRefusedException">A filter did not let it pass.</exception>
    public async ValueTask<ToolResult> PassLateAsync(ToolResult result) => filters.ToolCalls.IsEmpty ? result
        : Checked(await filters.ToolCalls.InvokeAsync(Context(isLate: true), _ => new(result), CancellationToken.None));

    private async Task<ToolResult> CallGateAsync(Action<ToolResult>? late, CancellationToken cancellationToken)
    {
        var call = new ToolCall
        {
            CallId = step.Call.Id,
            Attempt = step.Attempt,
            IdempotencyKey = step.IdempotencyKey,
            Arguments = step.Arguments,
            Context = step.Context,
        };
        return _made = await gate.InvokeAsync(step.Tool, call, step.Deadline, late, cancellationToken);
    }

    private bool IsUnknown(ToolResult result) => step.Tool.Class == ToolClass.Unsafe && result.Failure?.Code == ToolErrors.OutcomeUnknown;

    private ToolResult Checked(ToolResult passed) => !ReferenceEquals(passed, _made) && passed.Output is { } output
        ? passed.With(FilteredValue.Stored($"the result of '{step.Tool.Name}'", output))
        : passed;

    private ToolCallContext Context(bool isLate = false) => new()
    {
        Site = FilterSite.Of(step.Context),
        CallId = step.Call.Id,
        Tool = step.Tool.Name,
        Class = step.Tool.Class,
        Version = step.Tool.Version,
        Attempt = step.Attempt,
        IdempotencyKey = step.IdempotencyKey,
        Arguments = step.Arguments,
        IsLate = isLate,
    };
}
