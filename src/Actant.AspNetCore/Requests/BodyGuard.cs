using System.IO.Pipelines;
using Actant.Api;
using Actant.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Requests;

/// <summary>
/// Stands around every endpoint that may read a body: counts the bytes before they are read, until the request has ended, and does not wait for
/// them for ever.
/// </summary>
internal sealed class BodyGuard(RequestRoom room, TimeProvider time)
{
    public RequestDelegate Around(RequestDelegate endpoint) => async context =>
    {
        // What was read lives on in the request's values for as long as the request does.
        var caller = context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint is not behind the access guard.");
        using var bytes = room.Enter(caller.Tenant);
        context.Features.Set(new Admission(bytes, room.Limits.Timeout, time));
        await endpoint(context);
    };

    /// <summary>The body of a request, of at most <see cref="CommandDocument.MaxBytes"/>.</summary>
    /// <exception cref="ProblemException">It is larger, there is no room for it, or it took too long.</exception>
    public static async Task<BodyBytes> ReadAsync(HttpContext context)
    {
        var admission = context.Features.Get<Admission>() ?? throw new InvalidOperationException("The endpoint is not behind the body guard.");
        admission.Hold(context.Request.ContentLength ?? 0);
        var body = new BodyBytes();
        try
        {
            using var late = new CancellationTokenSource(admission.Patience, admission.Time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, late.Token);
            try
            {
                await ReadAsync(context.Request, body, admission, ended.Token);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
            {
                throw new ProblemException(
                    ProblemCodes.RequestTimeout, $"Of the body {body.Length} bytes came in {admission.Patience.TotalSeconds:0.###} s, and not the rest: send it faster, or send less.");
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static async Task ReadAsync(HttpRequest request, BodyBytes body, Admission admission, CancellationToken cancellationToken)
    {
        while (true)
        {
            // What has come is taken over at once: the server's own buffers are pinned, and are not to keep a body that does not come to its end.
            var read = await NextAsync(request, cancellationToken);
            try
            {
                var length = body.Length + read.Buffer.Length;
                if (length > CommandDocument.MaxBytes)
                {
                    throw new ProblemException(CommandDocument.TooLarge());
                }

                admission.Hold(length);
                body.Add(read.Buffer);
            }
            finally
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static async ValueTask<ReadResult> NextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.BodyReader.ReadAsync(cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // A body that cannot be read is its sender's fault: the server says so of a chunk that is too large with no more than this.
            throw new BadHttpRequestException("The body cannot be read.", StatusCodes.Status400BadRequest, exception);
        }
    }

    /// <summary>The room of the request, and how long it may take.</summary>
    private sealed record Admission(RequestBytes Bytes, TimeSpan Patience, TimeProvider Time)
    {
        public void Hold(long bytes)
        {
            if (Bytes.Hold(bytes) is { } refusal)
            {
                throw new ProblemException(refusal);
            }
        }
    }
}
