namespace Actant.Filters;

/// <summary>The text of one attempt on its way through one filter. Called by one caller at a time.</summary>
public abstract class FilteredStream
{
    /// <summary>More text came.</summary>
    /// <param name="text">Some of it, never empty; it may begin and end within a word.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <returns>What may be shown now; what it keeps may be returned later.</returns>
    public abstract ValueTask<string> PushAsync(string text, CancellationToken cancellationToken);

    /// <summary>The text has ended well.</summary>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <returns>What was held back and may be shown.</returns>
    public virtual ValueTask<string> CompleteAsync(CancellationToken cancellationToken) => new("");

    /// <summary>The attempt has failed or was stopped, or a filter refused it: nothing more comes, and nothing more can be shown.</summary>
    public virtual void Abandon()
    {
    }
}
