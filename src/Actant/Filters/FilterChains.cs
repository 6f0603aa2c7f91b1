using System.Text.Json;
using Actant.Tools;
using Microsoft.Extensions.Logging;

namespace Actant.Filters;

/// <summary>All filters of an engine, by what passes them.</summary>
internal sealed class FilterChains
{
    /// <summary>Of filters, in the order in which they were added.</summary>
    /// <exception cref="ArgumentException">One is no filter of any kind.</exception>
    public FilterChains(IEnumerable<IFilter> filters, ILogger log)
    {
        var all = filters.ToList();
        if (all.FindIndex(static filter => filter is null) is var missing and >= 0)
        {
            throw new ArgumentException(
                $"Filter {missing + 1} of {all.Count}, in the order in which they were added, is null, so nothing would pass it: a function that AddFilter was given returned nothing. Return a filter, or do not add it.", nameof(filters));
        }

        var faults = new FilterFaults(log);
        Inputs = new(all, faults);
        Answers = new(all, faults);
        StateUpdates = new(all, faults);
        CancelReasons = new(all, faults);
        Arguments = new(all, faults);
        Delegations = new(all, faults);
        DelegateResults = new(all, faults);
        Outputs = new(all, faults);
        ToolCalls = new(all, faults);
        ModelCalls = new(all, faults);
        Streams = new(all, faults);
        if (all.Find(filter => !IsKind(filter)) is { } stray)
        {
            throw new ArgumentException($"{stray.GetType()} filters nothing: it implements neither IStreamFilter nor IFilter<TContext, TResult> of a context and its result.", nameof(filters));
        }

        bool IsKind(IFilter filter) => Inputs.Has(filter) || Answers.Has(filter) || StateUpdates.Has(filter) || CancelReasons.Has(filter) || Arguments.Has(filter) || Delegations.Has(filter)
            || DelegateResults.Has(filter) || Outputs.Has(filter) || ToolCalls.Has(filter) || ModelCalls.Has(filter) || filter is IStreamFilter;
    }

    /// <summary>Inputs on their way in.</summary>
    public FilterChain<InputContext, JsonElement> Inputs { get; }

    /// <summary>Answers of people on their way in.</summary>
    public FilterChain<HumanAnswerContext, JsonElement> Answers { get; }

    /// <summary>Changes of the state on their way in.</summary>
    public FilterChain<StateUpdateContext, JsonElement> StateUpdates { get; }

    /// <summary>Reasons of cancels on their way in.</summary>
    public FilterChain<CancelReasonContext, JsonElement> CancelReasons { get; }

    /// <summary>Arguments of tools.</summary>
    public FilterChain<ToolArgumentsContext, JsonElement> Arguments { get; }

    /// <summary>What agents are told that are called as tools.</summary>
    public FilterChain<DelegationContext, JsonElement> Delegations { get; }

    /// <summary>What agents answer that are called as tools.</summary>
    public FilterChain<DelegateResultContext, JsonElement> DelegateResults { get; }

    /// <summary>What executions give in the end.</summary>
    public FilterChain<OutputContext, JsonElement> Outputs { get; }

    /// <summary>Calls of tools.</summary>
    public FilterChain<ToolCallContext, ToolResult> ToolCalls { get; }

    /// <summary>Calls of models.</summary>
    public FilterChain<ModelCallContext, ModelAnswer> ModelCalls { get; }

    /// <summary>The text of answers.</summary>
    public StreamFilters Streams { get; }

    /// <summary>A value passes the filters of its kind.</summary>
    /// <returns>What is left of it, as it can be stored.</returns>
    /// <exception cref="FilterRefusedException">It does not pass.</exception>
    public static async ValueTask<JsonElement> PassAsync<TContext>(FilterChain<TContext, JsonElement> chain, TContext context, CancellationToken cancellationToken)
        where TContext : ValueContext
    {
        if (chain.IsEmpty)
        {
            return context.Value;
        }

        return FilteredValue.Stored(context.What, await chain.InvokeAsync(context, _ => new(context.Value), cancellationToken));
    }

    /// <summary>The same where nothing else bounds how long it takes.</summary>
    /// <exception cref="FilterRefusedException">It does not pass, or not in time.</exception>
    public static async ValueTask<JsonElement> PassAsync<TContext>(
        FilterChain<TContext, JsonElement> chain, TContext context, TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
        where TContext : ValueContext
    {
        if (chain.IsEmpty)
        {
            return context.Value;
        }

        using var clock = new CancellationTokenSource(longest, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            // One that does not listen is left behind.
            return await PassAsync(chain, context, stop.Token).AsTask().WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw FilterFaults.Unusable(context.What, $"they took more than {longest.TotalSeconds:0.###} s.");
        }
    }
}
