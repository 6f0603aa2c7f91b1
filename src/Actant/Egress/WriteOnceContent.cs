using System.Net;

namespace Actant.Egress;

/// <summary>
/// The content of a request that is written at most once. The connection pool repeats a request whose reused connection breaks
/// as long as it has not begun to write a content; one that has none is repeated although the other side may have read it whole.
/// </summary>
internal sealed class WriteOnceContent : HttpContent
{
    private int _isWritten;

    /// <param name="inner">What is written; nothing if <c>null</c>.</param>
    public WriteOnceContent(HttpContent? inner)
    {
        Inner = inner;
        foreach (var (name, values) in inner?.Headers.NonValidated ?? default)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>What the caller gave.</summary>
    public HttpContent? Inner { get; }

    protected override bool TryComputeLength(out long length)
    {
        length = Inner is null ? 0 : Inner.Headers.ContentLength ?? -1;
        return length >= 0;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isWritten, 1) != 0)
        {
            throw new EgressException(EgressErrors.Broken, "The connection broke after the request may have left; it is not sent again.", requestLeft: true, isTransient: true);
        }

        // The connection is there, and its head leaves together with what follows.
        SendPermit.Use();
        return Inner?.CopyToAsync(stream, context, cancellationToken) ?? Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner?.Dispose();
        }

        base.Dispose(disposing);
    }
}
