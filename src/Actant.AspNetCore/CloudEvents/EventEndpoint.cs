using Actant.Api;
using Actant.AspNetCore.Access;
using Actant.AspNetCore.Answers;
using Actant.AspNetCore.Problems;
using Actant.AspNetCore.Requests;
using Actant.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.AspNetCore.CloudEvents;

/// <summary>Takes jobs as CloudEvents: one in structured or binary mode, or a batch of them.</summary>
internal sealed partial class EventEndpoint(ActantOperations operations, IEnumerable<JobSink> sinks, ILogger<EventEndpoint> log)
{
    private const string Trace = "traceparent";

    private readonly JobIntake _intake = new(operations, sinks);

    public async Task ReceiveAsync(HttpContext context)
    {
        using var bytes = await RequestBody.BytesAsync(context);
        var message = new EventMessage(context.Request.ContentType, HeadersOf(context.Request), bytes.Whole());
        if (message.Mode is EventMode.Foreign)
        {
            throw new ProblemException(ProblemCodes.UnsupportedMediaType, "Events are read in JSON: send application/cloudevents+json, or application/cloudevents-batch+json.");
        }

        var events = Replies.Take(JobReader.Read(message, context.Request.Headers[Trace]), context);
        await (message.Mode == EventMode.Batch ? ReceiveAsync(context, events) : ReceiveAsync(context, events[0]));
    }

    private async Task ReceiveAsync(HttpContext context, JobReading reading)
    {
        var accepted = Replies.Take(await _intake.SubmitAsync(CallerOf(context, reading), reading, context.RequestAborted), context);
        context.Response.Headers.Location = $"/api/v1/executions/{accepted.ExecutionId}";
        if (IsOpen(context))
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        await Answer.WriteAsync(context, StatusCodes.Status202Accepted, accepted, Operations.SubmitExecution.Json);
    }

    /// <summary>One after the other: what is for one thread stays in order. Whoever sends the whole batch again sends nothing twice.</summary>
    private async Task ReceiveAsync(HttpContext context, IReadOnlyList<JobReading> readings)
    {
        var receipts = new List<EventReceipt>(readings.Count);
        foreach (var (index, reading) in readings.Index())
        {
            var reply = await SubmitAsync(CallerOf(context, reading), reading, context.RequestAborted);
            var problem = reply.IsDone ? null : ProblemWriter.Describe(context, reply.Refusal);
            receipts.Add(new EventReceipt { Index = index, Id = reading.EventId, Status = problem?.Status ?? StatusCodes.Status202Accepted, Accepted = reply.Value, Problem = problem });
        }

        var accepted = receipts.Count(static receipt => receipt.Accepted is not null);
        var status = accepted == receipts.Count ? StatusCodes.Status202Accepted : StatusOf(receipts, accepted);
        if (IsOpen(context) && status == StatusCodes.Status202Accepted)
        {
            context.Response.StatusCode = status;
            return;
        }

        await Answer.WriteAsync(context, status, new BatchReceipt(accepted, receipts.Count - accepted, receipts), ReceiptJson.Wire.BatchReceipt);
    }

    /// <summary>The store may go away in the middle of a batch: what was accepted before is said all the same.</summary>
    private async Task<Reply<AcceptedView>> SubmitAsync(Caller caller, JobReading reading, CancellationToken cancellationToken)
    {
        try
        {
            return await _intake.SubmitAsync(caller, reading, cancellationToken);
        }
        catch (Exception exception) when (Refusals.Of(exception) is { } refusal)
        {
            LogUnavailable(exception.Message.ReplaceLineEndings(" "));
            return Reply<AcceptedView>.Refused(refusal);
        }
    }

    /// <summary>Senders look at the status alone: while another try may help, it must be one that makes them try again.</summary>
    private static int StatusOf(List<EventReceipt> receipts, int accepted) =>
        receipts.Select(static receipt => receipt.Status).FirstOrDefault(static status => status is StatusCodes.Status429TooManyRequests or >= 500) is > 0 and var later ? later
        : accepted > 0 ? StatusCodes.Status207MultiStatus
        : receipts.TrueForAll(receipt => receipt.Status == receipts[0].Status) ? receipts[0].Status
        : StatusCodes.Status400BadRequest;

    /// <summary>Whether no key was asked for. Brokers of Knative take the body of a good answer for an event, and any other body for a failure: so it has none.</summary>
    private static bool IsOpen(HttpContext context) => context.Features.Get<JobOwners>() is not null;

    private static Caller CallerOf(HttpContext context, JobReading reading) => context.Features.Get<JobOwners>()?.CallerOf(reading) ?? AccessGuard.CallerOf(context);

    private static List<KeyValuePair<string, string>> HeadersOf(HttpRequest request) =>
    [
        .. from header in request.Headers
           where header.Key.StartsWith(EventMessage.HeaderPrefix, StringComparison.OrdinalIgnoreCase)
           from value in header.Value
           select KeyValuePair.Create(header.Key, value ?? ""),
    ];

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event of a batch was not stored: {Reason}")]
    private partial void LogUnavailable(string reason);
}
