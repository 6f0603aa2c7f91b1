namespace Actant.Journaling;

/// <summary>
/// Applies entries to a state. Needs no definition and no code of nodes: an entry says what happened, not how to compute it.
/// </summary>
internal static partial class ThreadFold
{
    /// <summary>Applies the next entry of a stored journal.</summary>
    /// <exception cref="NewerFormatException">It is of a newer format.</exception>
    /// <exception cref="JournalUnreadableException">It cannot be read, or makes no sense where it stands.</exception>
    public static void Fold(this JournalState state, Entry entry)
    {
        if (entry.Format > EntryCodec.Format)
        {
            throw new NewerFormatException(entry.Position, entry.Format);
        }

        if (entry.Payload is UnknownPayload { Fault: { } fault })
        {
            throw new JournalUnreadableException(entry.Position, fault);
        }

        if (entry.Payload is Rewound rewound && (rewound.To < 0 || rewound.To >= entry.Position))
        {
            throw new JournalUnreadableException(entry.Position, $"it goes back to {rewound.To}.");
        }

        try
        {
            state.Apply(entry);
            state.Replayed++;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new JournalUnreadableException(entry.Position, $"`{entry.Payload.Kind}` makes no sense where it stands ({exception.GetType().Name}).", exception);
        }
    }

    /// <summary>
    /// Applies the next entry. Of a <see cref="Rewound"/> only the change of execution is applied here: the state must already be
    /// the one at its target (see <see cref="ThreadLoader"/>).
    /// </summary>
    public static void Apply(this JournalState state, Entry entry)
    {
        state.Position = entry.Position;
        state.LastEntry = entry.Id;
        switch (entry.Payload)
        {
            case InputReceived input:
                Apply(state, entry, input);
                break;
            case ExecutionStarted started:
                Apply(Execution(state, entry), started);
                break;
            case ModelAnswered answered:
                Apply(state, entry, answered);
                break;
            case ToolStarted started:
                Apply(Activation(state, entry).Call(started.CallId, started.Tool, started.Arguments, entry.Position), entry, started);
                break;
            case ToolFinished finished:
                Apply(state, entry, finished);
                break;
            case AttemptFailed failed:
                Apply(Activation(state, entry), entry, failed);
                Count(Execution(state, entry), failed);
                break;
            case NodeStarted started:
                Activation(state, entry).Start(started);
                break;
            case ChildStarted started:
                ChildFold.Apply(Execution(state, entry), entry, started);
                break;
            case ChildEnded ended:
                ChildFold.Apply(Execution(state, entry), ended);
                break;
            case ScopeClosing closing:
                Apply(state, entry, closing);
                break;
            case CallReported reported:
                Apply(state, entry, reported);
                break;
            case NodeFinished finished:
                Apply(state, entry, finished);
                break;
            case Interrupted interrupted:
                Apply(state, entry, interrupted);
                break;
            case Resumed resumed:
                Apply(state, entry, resumed);
                break;
            case StateUpdated updated:
                ApplyAll(Scope(state, entry), updated.Operations, entry);
                break;
            case ExecutionCompleted or ExecutionFailed or ExecutionCancelled or ExecutionTimedOut when entry.Execution == state.Execution?.Id:
                CloseExecution(state);
                break;
            case Rewound rewound:
                Continue(state, entry, rewound.Continues);
                break;
            case Forked forked:
                Continue(state, entry, forked.Continues);
                Forget(state.Execution);
                break;
        }

        if (entry.Payload is ModelAnswered or ToolFinished or AttemptFailed or NodeFinished or ChildEnded && state.Execution is { WaitingSince: not null } asking)
        {
            // Another branch worked until now: only from here on the people alone are waited for.
            asking.WaitingSince = entry.At;
            NodeClocks.Work(state, entry.Path, entry.Activation, entry.At);
        }
    }

    private static ExecutionState Execution(JournalState state, Entry entry) =>
        state.Execution ??= new ExecutionState { Id = entry.Execution!.Value, StartPosition = entry.Position };

    /// <summary>The scope of an entry, made where it is new.</summary>
    private static ScopeState Scope(JournalState state, Entry entry)
    {
        if (!state.Scopes.TryGetValue(entry.Path, out var scope))
        {
            state.Scopes[entry.Path] = scope = new ScopeState();
        }

        return scope;
    }

    /// <summary>The activation of an entry, made where it is new.</summary>
    private static ActivationState Activation(JournalState state, Entry entry)
    {
        var activations = Scope(state, entry).Activations;
        if (!activations.TryGetValue(entry.Activation!, out var activation))
        {
            activations[entry.Activation!] = activation = new ActivationState();
        }

        activation.Since ??= entry.At;
        return activation;
    }

    private static void ApplyAll(ScopeState scope, IReadOnlyList<StateOperation> operations, Entry entry)
    {
        foreach (var operation in operations)
        {
            scope.Apply(operation, entry);
        }
    }

    private static void Apply(JournalState state, Entry entry, InputReceived input)
    {
        var execution = Execution(state, entry);
        execution.Security ??= input.Security;
        execution.Principal ??= input.Principal;
        execution.Node ??= input.Node;
        var scope = Scope(state, entry);
        scope.Enter(input, entry);
        if (input.Call is { } call)
        {
            var (outer, caller) = ScopePath.CallerOf(entry.Path);
            Activation(state, entry with { Path = outer, Activation = caller }).Call(call.Id, call.Name, call.Arguments, entry.Position);
        }

        scope.Say(input, entry);
        ApplyAll(scope, input.Operations ?? [], entry);
    }

    /// <summary>Whoever waits for the execution does not wait for what becomes of its copy.</summary>
    private static void Forget(ExecutionState? copied)
    {
        if (copied is not null)
        {
            copied.DeliverTo = null;
        }
    }

    private static void Apply(ExecutionState execution, ExecutionStarted started)
    {
        execution.Agent = started.Agent;
        execution.Definition = started.Definition;
        execution.Behaviour = started.Behaviour;
        execution.Deadline = started.Deadline;
        execution.DeliverTo = started.DeliverTo;
    }

    private static void Apply(JournalState state, Entry entry, ModelAnswered answered)
    {
        var execution = Execution(state, entry);
        execution.Usage += answered.Usage;
        execution.CostUsd += answered.CostUsd;
        execution.Steps++;
        execution.Model = answered.Model;
        execution.ModelSource = answered.ModelSource;
        execution.FinishReason = execution.AcceptedReason = answered.FinishReason;

        var scope = Scope(state, entry);
        scope.Messages.Add(new StateMessage
        {
            Message = answered.Message,
            Position = entry.Position,
            Execution = entry.Execution,
            Activation = entry.Activation,
            FinishReason = answered.FinishReason,
        });
        scope.Bytes += scope.Messages[^1].Bytes;

        var activation = Activation(state, entry);
        activation.Base ??= answered.Request.Base;
        activation.Turns++;
        activation.Answer = answered.Message;
        activation.RetryAt = null;
        activation.FailedAttempts = 0;
        activation.Calls.Clear();
        foreach (var demand in answered.Message.ToolCalls ?? [])
        {
            activation.Call(demand.Id, demand.Name, demand.Arguments, entry.Position);
        }
    }

    private static void Apply(JournalState state, Entry entry, ToolFinished finished)
    {
        var scope = Scope(state, entry);
        var activation = Activation(state, entry);
        var call = activation.Call(finished.CallId, finished.Tool, default, entry.Position);
        call.IsFinished = true;
        call.Output = finished.Output;
        call.Failure = finished.Failure;
        call.RetryAt = null;
        Execution(state, entry).Add(call.Place, new FinishedCall
        {
            CallId = finished.CallId,
            ToolName = finished.Tool,
            Arguments = call.Arguments,
            Success = finished.Failure is null,
            Output = finished.Output,
            Failure = finished.Failure,
            Activation = ScopePath.OfNode(entry.Path, entry.Activation!),
        });
        if (activation.Answer is { } answer && PlaceOf(scope, activation, answer, finished.CallId) is { } place)
        {
            var message = new StateMessage
            {
                Message = ToolMessages.Of(finished, entry.At),
                Position = entry.Position,
                Execution = entry.Execution,
                Activation = entry.Activation,
            };
            scope.Bytes += message.Bytes;
            scope.Messages.Insert(place, message);
        }

        CloseScopes(state, ScopePath.OfCall(entry.Path, entry.Activation!, finished.CallId), entry.At);
    }

    /// <summary>
    /// Behind the answer and the results of the calls before this one: results stand in call order, however they finished.
    /// <c>null</c> when somebody has taken the answer out of the conversation: a result alone is nothing that a model understands.
    /// </summary>
    private static int? PlaceOf(ScopeState scope, ActivationState activation, Message answer, string callId)
    {
        var place = scope.Messages.FindLastIndex(message => ReferenceEquals(message.Message, answer) || (answer.Id is not null && message.Message.Id == answer.Id)) + 1;
        if (place == 0)
        {
            return null;
        }

        foreach (var earlier in activation.Calls.TakeWhile(call => call.Id != callId))
        {
            if (place < scope.Messages.Count && scope.Messages[place].Message.ToolCallId == earlier.Id)
            {
                place++;
            }
        }

        return place;
    }

    private static void Apply(CallState call, Entry entry, ToolStarted started)
    {
        call.Attempt = entry.Attempt;
        call.Arguments = started.Arguments;
        call.IdempotencyKey ??= started.IdempotencyKey;
        call.Class = started.Class;
        call.Deadline = started.Deadline;
        call.RetryAt = null;
        call.IsLimited = false;
        call.Report = null;
    }

    private static void Apply(ActivationState activation, Entry entry, AttemptFailed failed)
    {
        if (activation.Calls.Find(call => call.Id == failed.CallId) is { } call)
        {
            call.RetryAt = failed.RetryAt;
            call.IsLimited = failed.Failure.Code == AttemptFailed.RateLimited;
            call.SettledAttempt = entry.Attempt;
            call.FailedAttempts += failed.NotBegun ? 0 : 1;
        }
        else
        {
            activation.RetryAt = failed.RetryAt;
            activation.FailedAttempts++;
        }
    }

    private static void Count(ExecutionState execution, AttemptFailed failed)
    {
        execution.Usage += failed.Usage ?? default;
        execution.CostUsd += failed.CostUsd;
        execution.FinishReason = failed.FinishReason ?? execution.FinishReason;
    }

    private static void Apply(JournalState state, Entry entry, NodeFinished finished)
    {
        Execution(state, entry).Steps++;
        var scope = Scope(state, entry);
        ApplyAll(scope, finished.Operations ?? [], entry);
        scope.Activations.Remove(entry.Activation!);
        scope.Ended.Add(new EndedActivation(entry.Activation!, entry.Position, finished.Live ?? [], !finished.FellBack, finished.Failure is not null));
        foreach (var operation in finished.Failure is null ? finished.Operations ?? [] : [])
        {
            (scope.Written ??= new(StringComparer.Ordinal))[operation.Key] = entry.Position;
        }

        if (state.Execution!.Interrupts.Count > 0)
        {
            WithdrawOf(state, entry);
        }

        ChildFold.Forget(state.Execution, entry);
        if (state.Execution.Closings is not null)
        {
            Closed(state, closing => closing.Path == entry.Path && closing.Activation == entry.Activation);
        }

        CloseScopes(state, ScopePath.OfNode(entry.Path, entry.Activation!), entry.At);
    }

    private static void Apply(JournalState state, Entry entry, Interrupted interrupted)
    {
        var execution = Execution(state, entry);
        execution.WaitingSince ??= entry.At;
        if (interrupted.Interrupt is { CallId: { } id, Tool: { } tool } && entry.Activation is not null)
        {
            // The call of a tool node has no answer that names it: its first entry does.
            Activation(state, entry).Call(id, tool, interrupted.Interrupt.Arguments ?? default, entry.Position);
        }

        execution.Interrupts.Add(new InterruptState
        {
            Interrupt = interrupted.Interrupt,
            Path = entry.Path,
            Activation = entry.Activation,
            Attempt = entry.Attempt,
            Turn = entry.Activation is null ? 0 : Activation(state, entry).Turns,
            At = entry.At,
        });
        NodeClocks.Ask(state, entry.Path, entry.Activation, entry.At);
    }

    private static void Apply(JournalState state, Entry entry, Resumed resumed)
    {
        var execution = Execution(state, entry);
        if (execution.Interrupts.Find(interrupt => interrupt.Interrupt.Id == resumed.InterruptId) is { IsAnswered: false } open)
        {
            open.IsAnswered = true;
            open.Answer = resumed.Answer;
            NodeClocks.Answer(state, open, entry.At);
            if (open.Interrupt is { Reason: InterruptReasons.ToolApproval, CallId: { } id } && open.Activation is { } activation
                && state.FindCall(open.Path, activation, id) is { } call)
            {
                // What the person saw, or made of it: that is what is sent, whatever the state says by then.
                call.Arguments = ApprovalAnswer.ArgumentsOf(open.Interrupt, resumed.Answer) ?? call.Arguments;
            }
        }

        EndWaiting(execution, entry.At);
    }

    private static void EndWaiting(ExecutionState execution, DateTimeOffset at)
    {
        if (execution.WaitingSince is { } since)
        {
            execution.Waited += at > since ? at - since : TimeSpan.Zero;
            execution.WaitingSince = execution.OpenInterrupts.Any() ? at : null;
        }
    }
}
