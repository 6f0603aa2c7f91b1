using Actant.Journaling;
using Actant.Loops;
using Actant.Outbox;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>
/// Carries messages between the threads of parents and children. Each is idempotent: a child has the id that its parent's journal names, and
/// a signal its key. What nobody waits for any more is as good as delivered.
/// </summary>
internal sealed class ChildDeliveries(TenantScope scope, Submitter submitter, ResultReader results)
{
    /// <summary>The code of a child that was taken from its parent: with its thread, or with what it was to begin with.</summary>
    public const string Lost = "child_lost";

    /// <summary>Tries once.</summary>
    /// <inheritdoc cref="IThreadDeliveries.SendAsync" />
    public async ValueTask<SendResult> SendAsync(OutboxDelivery delivery, DeliveryNote note, bool isLast, CancellationToken cancellationToken)
    {
        var thread = DeliveryNote.ThreadOf(delivery.Row.Destination);
        switch (note.Event)
        {
            case DeliveryNote.ChildStart:
                return await StartAsync(delivery, note, isLast, cancellationToken);
            case DeliveryNote.ChildCancel:
                await CancelAsync(thread, note.Execution, cancellationToken);
                return SendResult.Delivered;
            default:
                await EndAsync(thread, note.Execution, cancellationToken);
                return SendResult.Delivered;
        }
    }

    /// <summary>Tells a parent, if it still waits, that a child has ended; of what it is told first it is sure.</summary>
    /// <param name="thread">The parent's thread.</param>
    /// <param name="parent">The parent.</param>
    /// <param name="ended">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task TellAsync(string thread, ExecutionId parent, ChildEnded ended, CancellationToken cancellationToken)
    {
        var body = ChildEnd.ToBytes(ended);
        if (body.Length > StorageLimits.MaxBodyBytes)
        {
            body = ChildEnd.ToBytes(ended with
            {
                Status = ExecutionStatus.Failed,
                Output = default,
                Failure = new Failure
                {
                    Code = Nodes.ValueErrors.TooLarge,
                    Message = $"The output of the child execution {ended.Child} has {JsonValues.BytesOf(ended.Output)} bytes; at most {ExecutionLimits.MaxChildInputBytes} are possible.",
                },
            });
        }

        return SignalAsync(thread, new Signal { Kind = SignalKind.ChildEnded, Execution = parent, Key = ChildEnd.KeyOf(ended.Child), Body = body }, cancellationToken);
    }

    /// <summary>Cancels a child, if it has not ended.</summary>
    public Task CancelAsync(string thread, ExecutionId child, CancellationToken cancellationToken)
    {
        var request = new CancelRequest("the execution that started it does not wait for it any more", RollsBack: false, Principal: null);
        return SignalAsync(thread, new Signal { Kind = SignalKind.Cancel, Execution = child, Key = $"cancel:{child}", Body = request.ToBytes() }, cancellationToken);
    }

    private async Task<SendResult> StartAsync(OutboxDelivery delivery, DeliveryNote note, bool isLast, CancellationToken cancellationToken)
    {
        var (thread, position) = (delivery.Thread, note.Position ?? 0);
        if ((await scope.Services.Loader.ReadAsync(thread, position, position, cancellationToken)).SingleOrDefault() is not { Execution: { } id } entry
            || await scope.Store.GetExecutionAsync(id, cancellationToken) is not { } parent || parent.Status.IsEnd())
        {
            return SendResult.Delivered;
        }

        if (entry.Payload is not ChildStarted started || started.Child != note.Execution)
        {
            await TellAsync(thread.Thread, id, Failed(note.Execution, Lost, "What it was to begin with cannot be read any more."), cancellationToken);
            return SendResult.Delivered;
        }

        await scope.Services.Time.EnsureAsync(cancellationToken);
        var submitted = await submitter.StoreAsync(SubmissionOf(started, parent, delivery.Attempt), cancellationToken);
        if (submitted.Outcome is SubmitOutcome.Accepted or SubmitOutcome.Replayed)
        {
            return SendResult.Delivered;
        }

        if (submitted.Outcome == SubmitOutcome.QueueFull && !isLast)
        {
            return SendResult.Failed("As many executions of the tenant wait to begin as may.", isDown: false);
        }

        var failure = submitted.Outcome == SubmitOutcome.QueueFull
            ? Failed(started.Child, "queue_full", $"As many executions wait to begin as {scope.Tier.Named("MaxQueued")} allows, and have for long.")
            : Failed(started.Child, Lost, $"Its thread `{started.Thread}` belongs to another execution.");
        await TellAsync(thread.Thread, id, failure, cancellationToken);
        return SendResult.Delivered;
    }

    private async Task EndAsync(string thread, ExecutionId child, CancellationToken cancellationToken)
    {
        // What is gone was deleted, and its parent told of that.
        if (await scope.Store.GetExecutionAsync(child, cancellationToken) is { Tags.Parent: { } parent } record && record.Status.IsEnd())
        {
            var result = await results.ReadAsync(record, cancellationToken);
            var ended = new ChildEnded
            {
                Child = child,
                Status = record.Status,
                Output = result.Output,
                Failure = record.Status != ExecutionStatus.Cancelled ? record.Failure
                    : new Failure { Code = "child_cancelled", Message = $"The child execution {child} was cancelled." },
                Usage = result.Usage,
                CostUsd = record.CostUsd,
            };
            await TellAsync(thread, parent, ended, cancellationToken);
        }
    }

    /// <summary>It runs a node of what its parent runs, for whom that runs, and not longer.</summary>
    private Submission SubmissionOf(ChildStarted started, ExecutionRecord parent, int attempt) => new()
    {
        Id = started.Child,
        Thread = started.Thread,
        Agent = parent.Agent,
        Definition = parent.Definition,
        Input = new InputSignal(started.Input, started.Security, started.Principal) { Node = started.Node }.ToBytes(),
        Priority = parent.Priority,
        Deadline = started.Deadline,
        Tags = new ExecutionTags
        {
            Subject = parent.Tags?.Subject,
            Parent = parent.Id,
            Root = parent.Tags?.Root ?? parent.Id,
            TraceParent = parent.Tags?.TraceParent,
            TraceState = parent.Tags?.TraceState,
            Baggage = parent.Tags?.Baggage,
            ExpiresAt = parent.Tags?.ExpiresAt,
            DeliverTo = [new DeliveryTarget { Url = DeliveryNote.AddressOf(parent.Thread.Thread) }],
        },
        AcceptedBy = scope.Services.Peers.Session,

        // This process may have taken by now what a try before has submitted: it would be given the same lease once more.
        LeaseTo = attempt == 1 ? scope.Scheduler.TryReserve(scope.Tenant) : null,
    };

    private static ChildEnded Failed(ExecutionId child, string code, string message) =>
        new() { Child = child, Status = ExecutionStatus.Failed, Failure = new Failure { Code = code, Message = $"The child execution {child}: {message}" } };

    /// <summary>Whatever comes of it, it is done: the other one has ended or is gone, or somebody has said so before.</summary>
    private async Task SignalAsync(string thread, Signal signal, CancellationToken cancellationToken)
    {
        var result = await scope.Store.SignalAsync(thread, [signal], cancellationToken);
        if (result.Outcome is SignalOutcome.Stored or SignalOutcome.Replayed)
        {
            await scope.Scheduler.SignalledAsync(
                new ThreadKey(scope.Tenant, thread), result.HeldBy is not null, ends: signal.Kind == SignalKind.Cancel, cancellationToken);
        }
    }
}
