using Actant.Api;
using Actant.CloudEvents;
using Actant.Executions;
using Actant.Storage;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Actant.Nats;

/// <summary>What becomes of one message: stored and held until its execution ends or sleeps, put off, or given up.</summary>
internal sealed partial class JobHandling(
    NatsOptions options, ActantEngine engine, JobIntake intake, RequestRoom room, DeadLetters dead, RefusedSinks sinks, NatsMeter meter, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan s_storePause = TimeSpan.FromMilliseconds(500);

    // Where a message can be kept nowhere else: somebody has to make room for it.
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(1);

    private readonly TryCount _tries = new(engine.Store);
    private readonly JobOwners _owners = new("nats") { Tenant = options.Tenant, Tenants = options.Tenants, Role = options.Role };
    private readonly MessageOrder _order = new(options.NakDelay * 2, time);
    private readonly JobHold _hold = new(engine, time);

    /// <summary>Reads a message. To be called in the order of the stream.</summary>
    public TakenJob Take(JobMessage message)
    {
        // Counted as bodies of requests are, until it is stored.
        var bytes = room.Enter(options.Tenant);
        var reading = bytes.Hold(message.Body.Length) is null ? Read(message) : null;
        var caller = _owners.CallerOf(reading);
        IReadOnlyList<string> names = reading?.Job.Value?.Command is { } command ? [$"thread {caller.Tenant} {command.Thread}", $"key {caller.Tenant} {command.IdempotencyKey}"] : [];
        return new TakenJob(message, reading, caller, bytes, _order.Enter(message.Sequence, names));
    }

    /// <summary>Handles a message.</summary>
    /// <param name="taken">As it came.</param>
    /// <param name="current">As it came last: the server may have sent it again meanwhile.</param>
    /// <param name="stored">Its bytes are not needed any more.</param>
    /// <param name="cancellationToken">The process stops: whoever stops it gives the message back.</param>
    public async Task HandleAsync(TakenJob taken, Func<JobMessage> current, Action stored, CancellationToken cancellationToken)
    {
        try
        {
            if (await StoreInTurnAsync(taken, current, cancellationToken) is not { } id)
            {
                return;
            }

            stored();
            await HoldAsync(taken, id, cancellationToken);
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
            LogUnavailable(log, taken.Message.Stream, taken.Message.Sequence, exception.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>What is in a message. Whatever cannot be read will not be another time.</summary>
    private JobReading Read(JobMessage message)
    {
        try
        {
            return message.Read();
        }
        catch (Exception exception)
        {
            LogFailed(log, exception, message.Stream, message.Sequence);
            return new JobReading(Reply<Job>.Refused(new Refusal(RefusalCodes.InvalidInput, "The message cannot be read: its headers or its body are malformed.")));
        }
    }

    /// <summary>The execution of the message; <c>null</c> where there is none, and the message was put off or given up.</summary>
    private async Task<ExecutionId?> StoreInTurnAsync(TakenJob taken, Func<JobMessage> current, CancellationToken cancellationToken)
    {
        using (taken)
        {
            try
            {
                await taken.Turn.ComeAsync(cancellationToken);
                if (taken.Reading is { } reading && !taken.Turn.IsBehind && await SubmitAsync(taken, reading, cancellationToken) is { } reply)
                {
                    return reply.Refusal is { } refusal ? await GiveUpAsync(taken, current, refusal, isPlain: false, cancellationToken) : new ExecutionId(reply.Value!.ExecutionId);
                }
            }
            catch (Exception exception) when (exception is not NatsException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                LogFailed(log, exception, taken.Message.Stream, taken.Message.Sequence);
                if (await IsTriedTooOftenAsync(taken, cancellationToken))
                {
                    return await GiveUpAsync(taken, current, TooManyTries(), isPlain: true, cancellationToken);
                }
            }

            taken.Turn.ComesAgain = true;
            await PutOffAsync(current(), cancellationToken);
            return null;
        }
    }

    /// <summary>Counts a try that failed before anything else counted it.</summary>
    private async Task<bool> IsTriedTooOftenAsync(TakenJob taken, CancellationToken cancellationToken)
    {
        try
        {
            return taken is { IsCounted: false, Message.IsRedelivered: true } && await _tries.BeginAsync(taken.Message, cancellationToken) >= options.MaxTries;
        }
        catch (StoreUnavailableException)
        {
            // Nothing that fails then is the message's fault.
            return false;
        }
    }

    private async Task<ExecutionId?> GiveUpAsync(TakenJob taken, Func<JobMessage> current, Refusal refusal, bool isPlain, CancellationToken cancellationToken)
    {
        var (message, reading) = (taken.Message, taken.Reading!);

        // Before anything else is said: until that has gone too, the message comes again.
        if (!await sinks.SendAsync(message, reading, refusal, cancellationToken))
        {
            await PutOffAsync(current(), cancellationToken);
            return null;
        }

        if (await dead.GiveUpAsync(message, reading, refusal, isPlain, cancellationToken))
        {
            await current().TerminateAsync(cancellationToken);
            meter.Failed();
            LogDead(log, message.Stream, message.Sequence, reading.JobId, refusal.Code, DeadLetters.ReasonOf(refusal).ReplaceLineEndings(" "));
        }
        else
        {
            LogKept(log, message.Stream, message.Sequence, options.DeadStream, refusal.Code);
            await NakAsync(current(), s_keptFor, "delayed", cancellationToken);
        }

        if (isPlain)
        {
            await _tries.EndAsync(message, cancellationToken);
        }

        return null;
    }

    /// <summary>Until the store alone can hold it.</summary>
    private async Task HoldAsync(TakenJob taken, ExecutionId id, CancellationToken cancellationToken)
    {
        try
        {
            await _hold.WaitAsync(taken.Caller.Tenant, id, cancellationToken);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // It is stored: what becomes of it does not hang on the message any more.
            LogFailed(log, exception, taken.Message.Stream, taken.Message.Sequence);
        }
    }

    /// <summary>Another node may have it at once.</summary>
    public Task ReturnAsync(JobMessage message, CancellationToken cancellationToken) => NakAsync(message, TimeSpan.Zero, "returned", cancellationToken);

    /// <summary>Stores the job; <c>null</c> where it may be taken later, here or elsewhere, and it is not the message's fault.</summary>
    private async Task<Reply<AcceptedView>?> SubmitAsync(TakenJob taken, JobReading reading, CancellationToken cancellationToken)
    {
        if (!reading.Job.IsDone)
        {
            return Reply<AcceptedView>.Refused(reading.Job.Refusal);
        }

        var (message, job, caller) = (taken.Message, reading.Job.Value, taken.Caller);
        var withSink = reading with { Job = Reply<Job>.Done(job with { Command = job.Command with { Sinks = [NatsResultSender.Target] } }) };
        try
        {
            if (message.IsRedelivered && await engine.For(caller.Tenant).FindAsync(job.Command.IdempotencyKey!, cancellationToken) is null)
            {
                taken.IsCounted = true;
                if (await _tries.BeginAsync(message, cancellationToken) >= options.MaxTries)
                {
                    await _tries.EndAsync(message, cancellationToken);
                    return Reply<AcceptedView>.Refused(TooManyTries());
                }
            }

            var reply = await StoreAsync(caller, withSink, cancellationToken);
            if (reply.Refusal is { } refusal && RefusalTable.Of(refusal).Category == ErrorCategory.Internal)
            {
                LogRefused(log, message.Stream, message.Sequence, refusal.Code);
                return null;
            }

            if (taken.IsCounted)
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

    private Refusal TooManyTries() => new(NatsErrors.TooManyTries, $"Processes died, or failed, {options.MaxTries} times in a row while they took it in, and nothing of it was stored.");

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of {Stream} is refused ({Code}), and {DeadStream} takes no message of its size: it is left where it is")]
    private static partial void LogKept(ILogger logger, string stream, ulong sequence, string deadStream, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Sequence} of {Stream} could not be handled")]
    private static partial void LogFailed(ILogger logger, Exception exception, string stream, ulong sequence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of {Stream} was not stored: {Code}")]
    private static partial void LogRefused(ILogger logger, string stream, ulong sequence, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Sequence} of {Stream} comes again: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string stream, ulong sequence, string reason);
}
