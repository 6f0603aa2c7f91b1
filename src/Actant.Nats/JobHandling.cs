using Actant.Api;
using Actant.CloudEvents;
using Actant.Executions;
using Actant.Storage;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Actant.Nats;

/// <summary>What becomes of one message: stored and held until its execution ends or sleeps, put off, or given up.</summary>
internal sealed partial class JobHandling(
    NatsOptions options, ActantEngine engine, JobIntake intake, RequestRoom room, DeadLetters dead, NatsMeter meter, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan s_storePause = TimeSpan.FromMilliseconds(500);

    private readonly TryCount _tries = new(engine.Store);
    private readonly JobOwners _owners = new("nats") { Tenant = options.Tenant, Tenants = options.Tenants, Role = options.Role };

    /// <summary>Handles a message.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="current">As it came last: the server may have sent it again meanwhile.</param>
    /// <param name="stored">Its bytes are not needed any more.</param>
    /// <param name="cancellationToken">The process stops: whoever stops it gives the message back.</param>
    public async Task HandleAsync(JobMessage message, Func<JobMessage> current, Action stored, CancellationToken cancellationToken)
    {
        try
        {
            if (await StoreAsync(message, current, cancellationToken) is not var (tenant, id))
            {
                return;
            }

            stored();
            await EndAsync(engine.For(tenant), id, cancellationToken);
            await current().AckAsync(cancellationToken);
            meter.Done("acked");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Given back by whoever stops.
        }
        catch (NatsException exception)
        {
            // The server is away: it sends the message again, and what was stored of it is known then.
            LogUnavailable(log, message.Stream, message.Sequence, exception.Message.ReplaceLineEndings(" "));
        }
        catch (Exception exception)
        {
            // Nothing is known of it here any more: it comes again after a while, to somebody.
            LogFailed(log, exception, message.Stream, message.Sequence);
            await PutOffAsync(current(), CancellationToken.None);
        }
    }

    /// <summary>The execution of the message; <c>null</c> where there is none, and the message was put off or given up.</summary>
    private async Task<(TenantId Tenant, ExecutionId Id)?> StoreAsync(JobMessage message, Func<JobMessage> current, CancellationToken cancellationToken)
    {
        // Counted as bodies of requests are, until it is stored.
        using var bytes = room.Enter(options.Tenant);
        var reading = bytes.Hold(message.Body.Length) is null ? message.Read() : null;
        if (reading is null || await SubmitAsync(message, reading, cancellationToken) is not { } reply)
        {
            await PutOffAsync(current(), cancellationToken);
            return null;
        }

        if (reply.Refusal is not { } refusal)
        {
            return (_owners.CallerOf(reading).Tenant, new ExecutionId(reply.Value!.ExecutionId));
        }

        await dead.GiveUpAsync(message, reading, refusal, cancellationToken);
        await current().TerminateAsync(cancellationToken);
        meter.Done("dead");
        LogDead(log, message.Stream, message.Sequence, reading.JobId, refusal.Code, refusal.Message.ReplaceLineEndings(" "));
        return null;
    }

    /// <summary>Another node may have it at once.</summary>
    public Task ReturnAsync(JobMessage message, CancellationToken cancellationToken) => NakAsync(message, TimeSpan.Zero, "returned", cancellationToken);

    /// <summary>Stores the job; <c>null</c> where it may be taken later, here or elsewhere, and it is not the message's fault.</summary>
    private async Task<Reply<AcceptedView>?> SubmitAsync(JobMessage message, JobReading reading, CancellationToken cancellationToken)
    {
        if (!reading.Job.IsDone)
        {
            return Reply<AcceptedView>.Refused(reading.Job.Refusal);
        }

        var (job, caller) = (reading.Job.Value, _owners.CallerOf(reading));
        var withSink = reading with { Job = Reply<Job>.Done(job with { Command = job.Command with { Sinks = [NatsResultSender.Target] } }) };
        var counts = false;
        try
        {
            if (message.IsRedelivered && await engine.For(caller.Tenant).FindAsync(job.Command.IdempotencyKey!, cancellationToken) is null)
            {
                counts = true;
                if (await _tries.BeginAsync(message, cancellationToken) >= options.MaxTries)
                {
                    await _tries.EndAsync(message, cancellationToken);
                    return Reply<AcceptedView>.Refused(NatsErrors.TooManyTries, $"Processes died, or failed, {options.MaxTries} times in a row while they took it in, and nothing of it was stored.");
                }
            }

            var reply = await StoreAsync(caller, withSink, cancellationToken);
            if (reply.Refusal is { } refusal && RefusalTable.Of(refusal).Category == ErrorCategory.Internal)
            {
                LogRefused(log, message.Stream, message.Sequence, refusal.Code);
                return null;
            }

            if (counts)
            {
                await _tries.EndAsync(message, cancellationToken);
            }

            return reply.Refusal is { } later && RefusalTable.Of(later).Category is ErrorCategory.Limited or ErrorCategory.Unavailable or ErrorCategory.Full ? null : reply;
        }
        catch (StoreUnavailableException exception)
        {
            LogUnavailable(log, message.Stream, message.Sequence, exception.Message.ReplaceLineEndings(" "));
            return null;
        }
    }

    /// <summary>While the store is away for a moment the message is held: putting it off would be a try.</summary>
    private async Task<Reply<AcceptedView>> StoreAsync(Caller caller, JobReading reading, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await intake.SubmitAsync(caller, reading, cancellationToken);
            }
            catch (StoreUnavailableException exception) when (!exception.IsFull && time.GetElapsedTime(started) < engine.Options.StorePatience)
            {
                await Task.Delay(s_storePause, time, cancellationToken);
            }
        }
    }

    /// <summary>Waits until the store alone can hold it.</summary>
    private async Task EndAsync(ExecutionClient client, ExecutionId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await client.WaitAsync(id, cancellationToken);
                return;
            }
            catch (KeyNotFoundException)
            {
                // Somebody deleted it.
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(s_storePause, time, cancellationToken);
            }
        }
    }

    private Task PutOffAsync(JobMessage message, CancellationToken cancellationToken) => NakAsync(message, options.NakDelay, "delayed", cancellationToken);

    private async Task NakAsync(JobMessage message, TimeSpan delay, string outcome, CancellationToken cancellationToken)
    {
        try
        {
            await message.NakAsync(delay, cancellationToken);
            meter.Done(outcome);
        }
        catch (Exception exception)
        {
            // It comes again by itself, only later.
            LogFailed(log, exception, message.Stream, message.Sequence);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of {Stream} is given up, job {JobId}: {Code}: {Reason}")]
    private static partial void LogDead(ILogger logger, string stream, ulong sequence, string? jobId, string code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Sequence} of {Stream} could not be handled")]
    private static partial void LogFailed(ILogger logger, Exception exception, string stream, ulong sequence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of {Stream} was not stored: {Code}")]
    private static partial void LogRefused(ILogger logger, string stream, ulong sequence, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of {Stream} comes again: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string stream, ulong sequence, string reason);
}
