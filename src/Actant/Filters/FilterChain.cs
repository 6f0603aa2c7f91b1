namespace Actant.Filters;

/// <summary>The filters of one kind, in the order in which they were added.</summary>
internal sealed class FilterChain<TContext, TResult>(IEnumerable<IFilter> filters, FilterFaults faults)
    where TContext : FilterContext
{
    private const int Open = 0;
    private const int Passed = 1;
    private const int Closed = 2;

    private readonly IFilter<TContext, TResult>[] _filters = [.. filters.OfType<IFilter<TContext, TResult>>()];

    /// <summary>Whether nothing of the kind is filtered: then nobody makes a context.</summary>
    public bool IsEmpty => _filters.Length == 0;

    /// <summary>Whether it is one of them.</summary>
    public bool Has(IFilter filter) => Array.Exists(_filters, known => ReferenceEquals(known, filter));

    /// <summary>Through all of them to what is behind.</summary>
    /// <exception cref="FilterRefusedException">One of them did not let it pass, or failed.</exception>
    public ValueTask<TResult> InvokeAsync(TContext context, FilterNext<TResult> last, CancellationToken cancellationToken) =>
        InvokeAsync(0, context, last, cancellationToken);

    private async ValueTask<TResult> InvokeAsync(int index, TContext context, FilterNext<TResult> last, CancellationToken cancellationToken)
    {
        if (index == _filters.Length)
        {
            return await last(cancellationToken);
        }

        var filter = _filters[index];
        Exception? thrownBehind = null;
        var state = Open;
        try
        {
            return await filter.InvokeAsync(context, NextAsync, cancellationToken)
                ?? throw FilterFaults.Unusable(context.What, $"{FilterFaults.NameOf(filter)} returned nothing.");
        }
        catch (Exception exception) when (exception is not FilterRefusedException && !ReferenceEquals(exception, thrownBehind) && !IsOurs(exception))
        {
            throw faults.Refusal(filter, context.What, exception);
        }
        finally
        {
            // Whoever it told what follows has it no more: what it passes on afterwards would happen behind everybody's back.
            Interlocked.CompareExchange(ref state, Closed, Open);
        }

        async ValueTask<TResult> NextAsync(CancellationToken given)
        {
            switch (Interlocked.CompareExchange(ref state, Passed, Open))
            {
                case Passed:
                    throw new InvalidOperationException("What follows a filter can be called once.");
                case Closed:
                    throw new InvalidOperationException("The filter has returned: what follows it cannot be called any more.");
            }

            try
            {
                return await InvokeAsync(index + 1, context, last, given);
            }
            catch (Exception exception)
            {
                // One that stopped it itself has run out of its own time.
                thrownBehind = exception is OperationCanceledException && given.IsCancellationRequested ? null : exception;
                throw;
            }
        }

        bool IsOurs(Exception exception) => exception is OperationCanceledException && cancellationToken.IsCancellationRequested;
    }
}
