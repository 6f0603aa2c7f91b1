using Actant.Definitions;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Signals;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>Begins an execution with its input, and loads what it runs.</summary>
internal sealed class ExecutionStart(LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending)
{
    /// <summary>The entry that begins the execution.</summary>
    public ExecutionStarted Started => new()
    {
        Agent = thread.Record!.Agent,
        Definition = thread.Record.Definition.Value,
        Behaviour = EngineBehaviour.Current,
        Pin = thread.Program?.Pin,
        Deadline = thread.Record.Deadline,
        DeliverTo = thread.Record.Tags?.DeliverTo,
        Principal = thread.Record.StartedBy,
    };

    /// <summary>Begins the next execution with its input.</summary>
    public async Task BeginAsync(InboxSignal signal)
    {
        var input = InputSignal.Read(signal.Body);
        var isUsable = course.Ending is null && await LoadProgramAsync(thread.Record!.Definition, input?.Node);
        if (course.Missing is not null)
        {
            // For whoever has what it needs. An end takes it off.
            return;
        }

        pending.TakeOut(signal);
        if (!isUsable)
        {
            return;
        }

        if (input is null)
        {
            course.Ending = Ending.Failed(SignalBody.Failure("The input of this execution"));
            return;
        }

        var (received, fault) = Inputs.Of(input.Input, thread.Program!.Root.Reducers, journal.State.Root);
        if (fault is not null)
        {
            course.Ending = Ending.Failed(fault);
            return;
        }

        journal.Write(received with { Node = input.Node, Security = input.Security, Principal = input.Principal });
        journal.Write(Started);
        thread.Services.Meter.Began(thread.Now - thread.Record!.CreatedAt);
        ExecutionLog.Began(thread.Services.Log, thread.Record, thread.Now, input.Security?.UserId);
        pending.Note(Results.ChangeOf(journal.Execution!, ExecutionStatus.Running));
    }

    /// <summary>Loads a program. <c>false</c>: it cannot be run here, or at all; then it is decided what follows.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="node">The node of it that a child runs.</param>
    public async ValueTask<bool> LoadProgramAsync(BlobHash definition, string? node)
    {
        try
        {
            var program = await thread.Services.Programs.GetAsync(thread.Key.Tenant, definition, thread.LeaseLost);
            thread.Program = node is null ? program : program.At(node);
            return true;
        }
        catch (CapabilityMissingException exception)
        {
            course.Missing = exception.Needs;
            return false;
        }
        catch (DefinitionException exception)
        {
            course.Fail(new Failure
            {
                Code = "definition_unusable",
                Message = $"The definition that this execution started with cannot be used any more: {exception.Message}",
            });
            return false;
        }
    }
}
