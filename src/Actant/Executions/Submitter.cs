using System.Text.Json;
using Actant.Definitions;
using Actant.Filters;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Executions;

/// <summary>Accepts executions: checks what was asked, stores it, and lets it begin here where there is room.</summary>
internal sealed class Submitter(TenantScope scope, SubmissionChecks checks, IncomingFilters filters, ResultReader results)
{
    public async Task<Reply<ExecutionRecord>> SubmitAsync(SubmitRequest request, Principal? principal, CancellationToken cancellationToken)
    {
        request = request.InTrace();
        if (checks.Check(request) is { } refusal)
        {
            return Reply<ExecutionRecord>.Refused(refusal);
        }

        // Of what was sent, not of what filters make of it: they may make something else of it each time, and the same of different things.
        var said = new InputSignal(request.Input, request.Security, Principal: null);
        if (await FindRepeatedAsync(request, said, cancellationToken) is { } repeated)
        {
            return repeated;
        }

        JsonElement input;
        try
        {
            input = await filters.PassAsync(request, principal, cancellationToken);
            if (filters.PassInputs && checks.CheckInput(input) is { } problem)
            {
                return Reply<ExecutionRecord>.Refused(IncomingFilters.RefusalOf("the input", [problem]));
            }

            if (await FindFullAsync(0, request, said, cancellationToken) is { } full)
            {
                return full;
            }

            await scope.Services.Programs.AddAsync(scope.Tenant, request.Definition, cancellationToken);
        }
        catch (FilterRefusedException refused)
        {
            return Reply<ExecutionRecord>.Refused(IncomingFilters.RefusalOf(refused));
        }
        catch (DefinitionException exception)
        {
            return Reply<ExecutionRecord>.Refused(new Refusal("invalid_definition", "The definition cannot be run here.", exception.Problems));
        }

        var (tags, unknown) = await TagsAsync(request, cancellationToken);
        if (unknown is not null)
        {
            return Reply<ExecutionRecord>.Refused(new Refusal("invalid_input", "The request has faults.", [unknown]));
        }

        await scope.Services.Time.EnsureAsync(cancellationToken);
        var signal = new InputSignal(input, request.Security, principal);
        var body = signal.ToBytes();
        if (body.Length > StorageLimits.MaxBodyBytes)
        {
            return Reply<ExecutionRecord>.Refused(new Refusal(
                "invalid_input", "The request has faults.", [new("$.security_context", "input_too_large", $"Input and security context have {body.Length} bytes; at most {StorageLimits.MaxBodyBytes} are stored.")]));
        }

        if (await FindFullAsync(body.Length, request, said, cancellationToken) is { } tooMuch)
        {
            return tooMuch;
        }

        var submission = SubmissionOf(request, said, body, principal) with { Tags = tags };
        var result = await StoreAsync(submission, cancellationToken);
        if (result.Outcome == SubmitOutcome.KeyConflict && result.Execution is { } known && IsSame(known, request, said))
        {
            return Reply<ExecutionRecord>.Done(known, isReplayed: true);
        }

        return result.Outcome switch
        {
            SubmitOutcome.Accepted => Reply<ExecutionRecord>.Done(result.Execution!),
            SubmitOutcome.Replayed => Reply<ExecutionRecord>.Done(result.Execution!, isReplayed: true),
            SubmitOutcome.KeyConflict => Conflict(request),
            SubmitOutcome.Busy => Reply<ExecutionRecord>.Refused(
                "thread_busy", $"The thread `{submission.Thread}` is busy with execution {result.Execution?.Id}. Wait for it, or state another `when_busy`."),
            SubmitOutcome.QueueFull => Reply<ExecutionRecord>.Refused(
                "queue_full", $"As many executions wait to begin as {scope.Tier.Named("MaxQueued")} allows. Try again when some have begun, or ask the operator for more."),
            _ => Reply<ExecutionRecord>.Refused(
                "thread_interrupted",
                $"The thread `{submission.Thread}` waits for a person in execution {result.Execution?.Id}: {await OpenQuestionsAsync(result.Execution, cancellationToken)}. Resume or cancel it, or state `when_busy`."),
        };
    }

    /// <summary>The answer to a request that is known already: it passes no filter a second time.</summary>
    private async Task<Reply<ExecutionRecord>?> FindRepeatedAsync(SubmitRequest request, InputSignal said, CancellationToken cancellationToken) =>
        filters.PassInputs ? await FindKnownAsync(request, said, cancellationToken) : null;

    private async Task<Reply<ExecutionRecord>?> FindKnownAsync(SubmitRequest request, InputSignal said, CancellationToken cancellationToken) =>
        request.IdempotencyKey is { } key && await scope.Store.FindExecutionAsync(key, cancellationToken) is { } known
            ? IsSame(known, request, said) ? Reply<ExecutionRecord>.Done(known, isReplayed: true) : Conflict(request)
            : null;

    /// <summary>That the tenant may store no more. What is known already is answered all the same.</summary>
    private async ValueTask<Reply<ExecutionRecord>?> FindFullAsync(long bytes, SubmitRequest request, InputSignal said, CancellationToken cancellationToken) =>
        await scope.Storage.RefuseAsync(bytes, isOfRunning: false, cancellationToken) is { } full
            ? await FindKnownAsync(request, said, cancellationToken) ?? Reply<ExecutionRecord>.Refused(full)
            : null;

    /// <summary>Whether an execution was submitted by the same request. The release before counted the definition itself.</summary>
    private static bool IsSame(ExecutionRecord known, SubmitRequest request, InputSignal said) =>
        known.Fingerprint == SubmissionFingerprint.Of(request, said)
        || (known.Definition == request.Definition.Hash && known.Fingerprint == SubmissionFingerprint.OfDefinition(request, said));

    private static Reply<ExecutionRecord> Conflict(SubmitRequest request) => Reply<ExecutionRecord>.Refused(
        "idempotency_conflict", $"The idempotency key `{request.IdempotencyKey}` was used with another body. Use a new key, or send the same body.");

    /// <summary>On a new thread the inbox holds just this input: its loop need not ask for it.</summary>
    private static TakenThread WithInbox(TakenThread lease, Submission submission) => lease is { SignalNumber: 1, Current: { } record } && record.Id == submission.Id
        ? lease with { Inbox = [new InboxSignal(1, SignalKind.Input, submission.Id, $"{StorageLimits.InputPrefix}{submission.Id}", submission.Input, record.CreatedAt, Target: null)] }
        : lease;

    /// <summary>Stores a submission, and lets it begin here where there is room.</summary>
    public async Task<SubmitResult> StoreAsync(Submission submission, CancellationToken cancellationToken)
    {
        var (isReserved, signals) = (submission.LeaseTo is not null, scope.Scheduler.Signals);
        try
        {
            var result = (await scope.Store.SubmitAsync([submission], cancellationToken))[0];
            scope.Storage.Add(submission.Input.Length);
            if (result.Lease is { } lease)
            {
                isReserved = false;
                scope.Scheduler.Begin(WithInbox(lease, submission), signals);
            }
            else if (result.Outcome == SubmitOutcome.Accepted)
            {
                if (scope.Services.Peers.CanFollow)
                {
                    scope.Services.Waiters.Accept(submission.Id);
                }

                scope.Scheduler.Expect(submission.Deadline);
                scope.Scheduler.Poll(scope.Tenant);
                if (submission.WhenBusy is BusyStrategy.Interrupt or BusyStrategy.Rollback)
                {
                    // The cancel of the one before must not wait for a wake-up, which may be lost, or behind a backlog.
                    await scope.Scheduler.SignalledAsync(new ThreadKey(scope.Tenant, submission.Thread), isHeld: false, ends: true, cancellationToken);
                }
            }

            return result;
        }
        finally
        {
            if (isReserved)
            {
                scope.Scheduler.GiveBack(scope.Tenant);
            }
        }
    }

    private Submission SubmissionOf(SubmitRequest request, InputSignal said, byte[] body, Principal? principal)
    {
        var id = new ExecutionId(scope.Services.Ids.Next());
        return new Submission
        {
            Id = id,
            Thread = request.Thread ?? scope.Services.Ids.Next().ToString("D"),
            ThreadIsNew = request.Thread is null,
            Agent = request.Definition.Name,
            Definition = request.Definition.Hash,
            Input = body,
            IdempotencyKey = request.IdempotencyKey,
            Fingerprint = request.IdempotencyKey is null ? null : SubmissionFingerprint.Of(request, said),
            Priority = request.Priority ?? request.Definition.Priority ?? scope.Tier.Priority ?? Submission.DefaultPriority,
            Deadline = scope.DeadlineOf(request.Timeout ?? request.Definition.Limits.Timeout),
            Held = !request.Start,
            WhenBusy = request.WhenBusy,
            Displacement = request.WhenBusy is BusyStrategy.Interrupt or BusyStrategy.Rollback
                ? new CancelRequest($"displaced by {id}", request.WhenBusy == BusyStrategy.Rollback, principal).ToBytes()
                : default,
            AcceptedBy = scope.Services.Peers.Session,
            LeaseTo = request.Start ? scope.Scheduler.TryReserve(scope.Tenant) : null,
        };
    }

    /// <summary>What a request is filed under; <c>null</c> where it says nothing of the kind.</summary>
    private async Task<(ExecutionTags? Tags, DefinitionProblem? Problem)> TagsAsync(SubmitRequest request, CancellationToken cancellationToken)
    {
        if (request.Parent is not { } id)
        {
            return (SubmissionTags.Of(request, root: null), null);
        }

        return await scope.Store.GetExecutionAsync(id, cancellationToken) is { } parent
            ? (SubmissionTags.Of(request, parent.Tags?.Root ?? id), null)
            : (null, new DefinitionProblem("$.parent_execution_id", "execution_not_found", $"There is no execution {id}."));
    }

    private async Task<string> OpenQuestionsAsync(ExecutionRecord? execution, CancellationToken cancellationToken)
    {
        var result = execution is null ? null : await results.ReadAsync(execution.Id, cancellationToken);
        return string.Join(", ", (result?.Interrupts ?? []).Select(interrupt => interrupt.Id));
    }
}
