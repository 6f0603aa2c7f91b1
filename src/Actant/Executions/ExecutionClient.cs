using System.Text.Json;
using Actant.Definitions;
using Actant.Filters;
using Actant.Journaling;
using Actant.Loops;
using Actant.Nodes;
using Actant.Scheduling;
using Actant.Signals;
using Actant.Storage;
using Actant.Tiers;

namespace Actant.Executions;

/// <summary>
/// What one tenant can ask of the engine: submit, look, steer. Every way in is a translation to these calls. What is refused
/// is a value with a stable code; nothing was stored then.
/// </summary>
public sealed partial class ExecutionClient
{
    // What a signal can hold, without what stands beside the value.
    private const int LargestStoredInput = StorageLimits.MaxBodyBytes - (256 * 1024);

    private readonly LoopServices _services;
    private readonly Scheduler _scheduler;
    private readonly ITenantStore _store;
    private readonly Principal? _principal;

    internal ExecutionClient(LoopServices services, Scheduler scheduler, TenantId tenant)
        : this(services, scheduler, services.Store.For(tenant), null)
    {
    }

    private ExecutionClient(LoopServices services, Scheduler scheduler, ITenantStore store, Principal? principal)
    {
        _services = services;
        _scheduler = scheduler;
        _store = store;
        _principal = principal;
    }

    /// <summary>Whose executions these are.</summary>
    public TenantId Tenant => _store.Tenant;

    /// <summary>
    /// The same for somebody: what is submitted, answered, cancelled and changed through it goes on record with them. Whoever lets
    /// others in says here who they are; nothing that they send can say it.
    /// </summary>
    /// <exception cref="ArgumentException">A part of it is not 1 to 255 printable characters.</exception>
    public ExecutionClient As(Principal? principal)
    {
        foreach (var part in new[] { principal?.KeyId, principal?.UserId, principal?.Role })
        {
            if (part is not null && !NameRules.IsName(part))
            {
                throw new ArgumentException("The parts of a principal have 1 to 255 printable characters.", nameof(principal));
            }
        }

        return new ExecutionClient(_services, _scheduler, _store, principal is { Unknown: not null } ? principal with { Unknown = null } : principal);
    }

    private TierLimits Tier => _services.Options.TierOf(Tenant);

    /// <summary>
    /// Accepts an execution. When the task ends it is stored, and it runs unless it is held; where this process has room it
    /// has begun already.
    /// </summary>
    public async Task<Reply<ExecutionRecord>> SubmitAsync(SubmitRequest request, CancellationToken cancellationToken)
    {
        if (Check(request) is { } refusal)
        {
            return Reply<ExecutionRecord>.Refused(refusal);
        }

        JsonElement input;
        try
        {
            input = await _services.Hooks.OnInputAsync(Tenant, request.Input, cancellationToken);
            if (CheckInput(input) is { } problem)
            {
                return Reply<ExecutionRecord>.Refused(new Refusal("invalid_input", "The input has faults.", [problem]));
            }

            await _services.Programs.AddAsync(Tenant, request.Agent, cancellationToken);
        }
        catch (HookRefusedException refused)
        {
            return Reply<ExecutionRecord>.Refused(refused.Failure.Code, refused.Failure.Message);
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

        await _services.Time.EnsureAsync(cancellationToken);
        var signal = new InputSignal(input, request.Security, _principal);
        var body = signal.ToBytes();
        if (body.Length > StorageLimits.MaxBodyBytes)
        {
            return Reply<ExecutionRecord>.Refused(new Refusal(
                "invalid_input", "The request has faults.", [new("$.security_context", "input_too_large", $"Input and security context have {body.Length} bytes; at most {StorageLimits.MaxBodyBytes} are stored.")]));
        }

        var submission = SubmissionOf(request, signal, body) with { Tags = tags };
        var result = await StoreAsync(submission, cancellationToken);
        if (result.Outcome == SubmitOutcome.KeyConflict && result.Execution?.Definition == submission.Definition)
        {
            // The release before counted the definition itself.
            result = await StoreAsync(
                submission with { Fingerprint = Fingerprint(request, new InputSignal(input, request.Security, null), request.Agent.Hash.Value), LeaseTo = null },
                cancellationToken);
        }

        return result.Outcome switch
        {
            SubmitOutcome.Accepted => Reply<ExecutionRecord>.Done(result.Execution!),
            SubmitOutcome.Replayed => Reply<ExecutionRecord>.Done(result.Execution!, isReplayed: true),
            SubmitOutcome.KeyConflict => Reply<ExecutionRecord>.Refused(
                "idempotency_conflict", $"The idempotency key `{request.IdempotencyKey}` was used with another body. Use a new key, or send the same body."),
            SubmitOutcome.Busy => Reply<ExecutionRecord>.Refused(
                "thread_busy", $"The thread `{submission.Thread}` is busy with execution {result.Execution?.Id}. Wait for it, or state another `when_busy`."),
            SubmitOutcome.QueueFull => Reply<ExecutionRecord>.Refused(
                "queue_full", $"As many executions wait to begin as {Tier.Named("MaxQueued")} allows. Try again when some have begun, or ask the operator for more."),
            _ => Reply<ExecutionRecord>.Refused(
                "thread_interrupted",
                $"The thread `{submission.Thread}` waits for a person in execution {result.Execution?.Id}: {await OpenQuestionsAsync(result.Execution, cancellationToken)}. Resume or cancel it, or state `when_busy`."),
        };
    }

    /// <summary>On a new thread the inbox holds just this input: its loop need not ask for it.</summary>
    private static TakenThread WithInbox(TakenThread lease, Submission submission) => lease is { SignalNumber: 1, Current: { } record } && record.Id == submission.Id
        ? lease with { Inbox = [new InboxSignal(1, SignalKind.Input, submission.Id, $"{StorageLimits.InputPrefix}{submission.Id}", submission.Input, record.CreatedAt, Target: null)] }
        : lease;

    private async Task<SubmitResult> StoreAsync(Submission submission, CancellationToken cancellationToken)
    {
        var (slots, signals) = (submission.LeaseTo is null ? 0 : 1, _scheduler.Signals);
        try
        {
            var result = (await _store.SubmitAsync([submission], cancellationToken))[0];
            if (result.Lease is { } lease)
            {
                slots = 0;
                _scheduler.Begin(WithInbox(lease, submission), signals);
            }
            else if (result.Outcome == SubmitOutcome.Accepted)
            {
                if (_services.Peers.CanFollow)
                {
                    _services.Waiters.Accept(submission.Id);
                }

                _scheduler.Look();
                if (submission.WhenBusy is BusyStrategy.Interrupt or BusyStrategy.Rollback)
                {
                    // The cancel of the one before must not wait for a wake-up, which may be lost, or behind a backlog.
                    await _scheduler.SignalledAsync(new ThreadKey(Tenant, submission.Thread), isHeld: false, ends: true, cancellationToken);
                }
            }

            return result;
        }
        finally
        {
            if (slots > 0)
            {
                _scheduler.GiveBack(slots);
            }
        }
    }

    private Submission SubmissionOf(SubmitRequest request, InputSignal signal, byte[] body)
    {
        var id = new ExecutionId(_services.Ids.Next());
        return new Submission
        {
            Id = id,
            Thread = request.Thread ?? _services.Ids.Next().ToString("D"),
            ThreadIsNew = request.Thread is null,
            Agent = request.Agent.Name,
            Definition = request.Agent.Hash,
            Input = body,
            IdempotencyKey = request.IdempotencyKey,
            Fingerprint = request.IdempotencyKey is null ? null : Fingerprint(request, signal),
            Priority = request.Priority ?? request.Agent.Priority ?? Tier.Priority ?? Submission.DefaultPriority,
            Deadline = DeadlineOf(request.Timeout ?? request.Agent.Limits.Timeout),
            Held = !request.Start,
            WhenBusy = request.WhenBusy,
            Displacement = request.WhenBusy is BusyStrategy.Interrupt or BusyStrategy.Rollback
                ? new CancelRequest($"displaced by {id}", request.WhenBusy == BusyStrategy.Rollback, _principal).ToBytes()
                : default,
            AcceptedBy = _services.Peers.Session,
            LeaseTo = request.Start ? _scheduler.TryReserve() : null,
        };
    }

    /// <summary>What a request is filed under; <c>null</c> where it says nothing of the kind.</summary>
    private async Task<(ExecutionTags? Tags, DefinitionProblem? Problem)> TagsAsync(SubmitRequest request, CancellationToken cancellationToken)
    {
        if (request.Parent is not { } id)
        {
            return (TagsOf(request, root: null, TargetsOf(request)), null);
        }

        return await _store.GetExecutionAsync(id, cancellationToken) is { } parent
            ? (TagsOf(request, parent.Tags?.Root ?? id, TargetsOf(request)), null)
            : (null, new DefinitionProblem("$.parent_execution_id", "execution_not_found", $"There is no execution {id}."));
    }

    private static ExecutionTags? TagsOf(SubmitRequest request, ExecutionId? root, IReadOnlyList<DeliveryTarget>? targets) =>
        targets is null && request is { Labels.Count: 0, Subject: null, Batch: null, Parent: null, TraceParent: null, ExpiresAt: null }
            ? null
            : new ExecutionTags
            {
                Labels = new SortedDictionary<string, string>(request.Labels.ToDictionary(), StringComparer.Ordinal),
                Subject = request.Subject,
                Batch = request.Batch,
                Parent = request.Parent,
                Root = root,
                TraceParent = request.TraceParent,
                ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
                DeliverTo = targets,
            };

    /// <summary>When an execution that may take so long must have ended; never later than the tier allows.</summary>
    private DateTimeOffset DeadlineOf(TimeSpan? timeout)
    {
        var asked = timeout ?? _services.Options.ExecutionTimeout;
        return _services.Time.GetUtcNow() + (Tier.MaxDuration is { } longest && longest < asked ? longest : asked);
    }

    /// <summary>
    /// A hash of what was asked, so that a key cannot silently stand for something else: of what the caller said, not of what that means
    /// now. A request that is sent again after its agent has changed is the same request.
    /// </summary>
    private static BlobHash Fingerprint(SubmitRequest request, InputSignal signal) =>
        Fingerprint(request, signal, request.Brought is { } brought ? brought.Value : request.Agent.Name);

    private static BlobHash Fingerprint(SubmitRequest request, InputSignal signal, string agent)
    {
        var asked = $"{agent}\n{request.Thread}\n{request.Priority}\n{request.Timeout}\n{request.Start}\n{request.WhenBusy}\n";

        // A trace is another one each time that a request is sent; of the rest nothing is counted where nothing was said.
        if (TagsOf(request, root: null, TargetsOf(request.DeliverTo, request.CallbackUrl)) is { HasMoreThanTrace: true } tags)
        {
            asked += $"{Convert.ToHexString((tags with { TraceParent = null }).ToBytes())}\n";
        }

        return BlobHash.Of([.. System.Text.Encoding.UTF8.GetBytes(asked), .. signal.WithoutSubmitter().ToBytes()]);
    }

    private Refusal? Check(SubmitRequest request)
    {
        var errors = new List<DefinitionProblem>();
        if (!request.Agent.IsActive)
        {
            return new Refusal("agent_inactive", $"The agent `{request.Agent.Name}` is not active. Set `is_active` to run it.");
        }

        if (Tier.MaxTools is { } most && ToolCount.FindOver(request.Agent, most) is { } over)
        {
            return new Refusal(
                "tier_limit", $"{Tier.Named("MaxTools")} is {most}; the nodes of `{over.Agent.Name}` name {over.Tools} tools. Name fewer, or ask the operator for more.");
        }

        if (CheckInput(request.Input) is { } fault)
        {
            errors.Add(fault);
        }

        if (request.Priority is < 0 or > 9)
        {
            errors.Add(new DefinitionProblem("$.priority", "out_of_range", "`priority` must be between 0 and 9."));
        }

        if (request.Thread is { } thread && !NameRules.IsAddressable(thread))
        {
            errors.Add(new DefinitionProblem("$.thread_id", "invalid_id", "`thread_id` must have 1 to 255 printable characters, and not be `.` or `..`."));
        }

        if (request.IdempotencyKey is { } key && !NameRules.IsName(key))
        {
            errors.Add(new DefinitionProblem("$.idempotency_key", "invalid_id", "An idempotency key must have 1 to 255 printable characters."));
        }

        if (request.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(366)))
        {
            errors.Add(new DefinitionProblem("$.timeout_ms", "out_of_range", "`timeout_ms` must be between 1 ms and 366 days."));
        }

        errors.AddRange(TagChecks.Check(request, _services.Time.GetUtcNow()));
        errors.AddRange(CheckDeliveries(request));
        return errors.Count == 0 ? null : new Refusal("invalid_input", "The request has faults.", errors);
    }

    private DefinitionProblem? CheckInput(JsonElement input) =>
        JsonLimits.IsTooDeep(input)
            ? new DefinitionProblem("$.input", ValueErrors.TooDeep, $"The input is nested more than {JsonLimits.MaxDepth} deep.")
        : Inputs.Check(input) is { } fault
            ? new DefinitionProblem(fault.Path, "invalid_input", fault.Message)
        : JsonValues.BytesOf(input) > _services.Options.MaxInputBytes
            ? new DefinitionProblem("$.input", "input_too_large", $"The input is larger than {_services.Options.MaxInputBytes} bytes.")
        : JournalText.AsStored(input) is not { } stored
            ? new DefinitionProblem("$.input", "invalid_input", "A text of the input is no Unicode: it holds half of a surrogate pair.")
        : JsonValues.BytesOf(stored) > LargestStoredInput
            ? new DefinitionProblem("$.input", "input_too_large", $"The input is larger than {LargestStoredInput} bytes as it is stored, with the characters escaped that JSON may escape.")
        : null;

    private async Task<string> OpenQuestionsAsync(ExecutionRecord? execution, CancellationToken cancellationToken)
    {
        var result = execution is null ? null : await ReadAsync(execution.Id, cancellationToken);
        return string.Join(", ", (result?.Interrupts ?? []).Select(interrupt => interrupt.Id));
    }
}
