namespace Actant.Filters;

/// <summary>The text of one attempt on its way through all filters, one after the other.</summary>
internal sealed class FilteredText(FilterFaults faults)
{
    private const string What = "the text of an answer";

    private readonly List<(IStreamFilter Filter, FilteredStream Stream)> _streams = [];
    private bool _isOver;

    /// <summary>One more filter, behind the others.</summary>
    /// <exception cref="FilterRefusedException">It failed. Those before are abandoned.</exception>
    public void Add(IStreamFilter filter, ModelCallContext call)
    {
        try
        {
            _streams.Add((filter, filter.Open(call) ?? throw new InvalidOperationException("Open returned nothing.")));
        }
        catch (Exception exception)
        {
            Abandon();
            throw exception as FilterRefusedException ?? faults.Refusal(filter, What, exception);
        }
    }

    /// <summary>What may be shown now that more has come.</summary>
    /// <exception cref="FilterRefusedException">A filter failed or refused.</exception>
    public async ValueTask<string> PushAsync(string text, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _streams.Count && text.Length > 0; i++)
        {
            text = await PassAsync(i, text, static (stream, pushed, stop) => stream.PushAsync(pushed, stop), cancellationToken);
        }

        return text;
    }

    /// <summary>What may be shown now that all has come: of each filter what it held back, through those behind it.</summary>
    /// <exception cref="FilterRefusedException">A filter failed or refused.</exception>
    public async ValueTask<string> CompleteAsync(CancellationToken cancellationToken)
    {
        var text = "";
        for (var i = 0; i < _streams.Count; i++)
        {
            var shown = text.Length == 0 ? "" : await PassAsync(i, text, static (stream, pushed, stop) => stream.PushAsync(pushed, stop), cancellationToken);
            text = shown + await PassAsync(i, "", static (stream, _, stop) => stream.CompleteAsync(stop), cancellationToken);
        }

        _isOver = true;
        return text;
    }

    /// <summary>Nothing more comes. Does nothing where the text has ended well.</summary>
    public void Abandon()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        foreach (var (filter, stream) in _streams)
        {
            try
            {
                stream.Abandon();
            }
            catch (Exception exception)
            {
                faults.Note(filter, What, exception);
            }
        }
    }

    private async ValueTask<string> PassAsync(
        int index, string text, Func<FilteredStream, string, CancellationToken, ValueTask<string>> pass, CancellationToken cancellationToken)
    {
        var (filter, stream) = _streams[index];
        try
        {
            return await pass(stream, text, cancellationToken) ?? "";
        }
        catch (Exception exception) when (exception is not FilterRefusedException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw faults.Refusal(filter, What, exception);
        }
    }
}
