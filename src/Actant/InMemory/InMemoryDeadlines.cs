using Actant.Storage;
namespace Actant.InMemory;

/// <summary>The executions that have a deadline and wait to begin, the most urgent first. What has begun or is cancelled is taken out when it is met.</summary>
internal sealed class InMemoryDeadlines
{
    private readonly SortedSet<InMemoryExecution> _waiting = new(Comparer<InMemoryExecution>.Create(static (a, b) =>
        a.Record.Deadline != b.Record.Deadline ? Nullable.Compare(a.Record.Deadline, b.Record.Deadline) : a.Number.CompareTo(b.Number)));

    /// <summary>The next deadline, if there is one.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            while (_waiting.Min is { } first)
            {
                if (first is { IsPending: true, LastCancel: 0 })
                    return first.Record.Deadline;
                _waiting.Remove(first);
            }

            return null;
        }
    }

    /// <summary>An execution was accepted, or need not be held any longer: its deadline stays as it is.</summary>
    public void Add(InMemoryExecution execution)
    {
        if (execution.Record is { Held: false, Deadline: not null })
            _waiting.Add(execution);
    }

    /// <summary>An execution is gone.</summary>
    public void Remove(InMemoryExecution execution) => _waiting.Remove(execution);

    /// <summary>Those whose deadline has passed.</summary>
    public IReadOnlyList<OverdueExecution> List(DateTimeOffset now, int max) => Next is null ? [] :
    [
        .. _waiting.TakeWhile(execution => execution.Record.Deadline <= now)
            .Where(static execution => execution is { IsPending: true, LastCancel: 0 })
            .Take(max)
            .Select(static execution => new OverdueExecution(execution.Owner.Key, execution.Record.Id, execution.Record.Deadline!.Value)),
    ];
}
