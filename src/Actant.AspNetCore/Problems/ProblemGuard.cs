using System.Diagnostics.Metrics;
using Actant.Api;
using Actant.AspNetCore.Answers;
using Actant.Executions;
using Actant.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.AspNetCore.Problems;

/// <summary>Stands around every endpoint: whatever goes wrong inside becomes problem details.</summary>
internal sealed partial class ProblemGuard(IdGenerator ids, ActantEngine engine, ILogger<ProblemGuard> log)
{
    /// <summary>Seconds after which somebody may have mended what no repetition mends.</summary>
    private const int UntilMended = 10;

    /// <summary>Seconds after which a store that was away may be back.</summary>
    private const int UntilAway = 1;

    // The engine's own: an instrument is made once a meter, and shared by all who ask for it.
    private readonly Counter<long> _storeErrors = engine.Meter.CreateCounter<long>(
        "agent_executor_db_connection_errors", "{error}", "Calls that the store did not answer.");

    public RequestDelegate Around(RequestDelegate endpoint) => async context =>
    {
        try
        {
            await endpoint(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody reads an answer.
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            LogBroken(exception, context.Request.Path);
            context.Abort();
        }
        catch (Exception exception)
        {
            await AnswerAsync(context, exception);
        }
    };

    private Task AnswerAsync(HttpContext context, Exception exception)
    {
        // Where what was accepted is found holds whatever came afterwards.
        var location = context.Response.Headers.Location;
        context.Response.Clear();
        context.Response.Headers.Location = location;
        AnswerHeaders.Set(context.Response.Headers);
        switch (exception)
        {
            case ProblemException problem:
                return ProblemWriter.WriteAsync(context, problem.Refusal);
            case BadHttpRequestException bad:
                return ProblemWriter.WriteStatusAsync(context, bad.StatusCode);
            case StoreUnavailableException unavailable:
                LogUnavailable(context.Request.Method, context.Request.Path, exception.Message.ReplaceLineEndings(" "));
                _storeErrors.Add(1);
                return ProblemWriter.WriteAsync(context, Refusals.Of(unavailable)!, retryAfter: unavailable.Remedy is null ? UntilAway : UntilMended);
            case var known when Refusals.Of(known) is { } refusal:
                return ProblemWriter.WriteAsync(context, refusal);
            default:
                var id = ids.Next().ToString("D");
                LogUnexpected(exception, id, context.Request.Method, context.Request.Path);
                return ProblemWriter.WriteAsync(context, new Refusal(RefusalCodes.InternalError, "The log tells more under the error_id."), id);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected error {ErrorId} in {Method} {Path}")]
    private partial void LogUnexpected(Exception exception, string errorId, string method, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "The answer to {Path} broke off")]
    private partial void LogBroken(Exception exception, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not answer {Method} {Path}: {Reason}")]
    private partial void LogUnavailable(string method, string path, string reason);
}
