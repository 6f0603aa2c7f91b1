namespace Actant.Filters;

/// <summary>The filters of streamed text, in the order in which they were added.</summary>
internal sealed class StreamFilters(IEnumerable<IFilter> filters, FilterFaults faults)
{
    private readonly IStreamFilter[] _filters = [.. filters.OfType<IStreamFilter>()];

    /// <summary>Whether text comes as it was written.</summary>
    public bool IsEmpty => _filters.Length == 0;

    /// <summary>For one attempt.</summary>
    /// <exception cref="FilterRefusedException">A filter failed.</exception>
    public FilteredText Open(ModelCallContext call)
    {
        var opened = new FilteredText(faults);
        foreach (var filter in _filters)
        {
            opened.Add(filter, call);
        }

        return opened;
    }
}
