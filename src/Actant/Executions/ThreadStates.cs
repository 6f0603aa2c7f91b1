using System.Text.Json;
using Actant.Journaling;

namespace Actant.Executions;

/// <summary>The states and the histories of threads.</summary>
internal sealed class ThreadStates(TenantScope scope)
{
    /// <summary>A thread's state at a position (the last one if absent), or <c>null</c> when there is no such thread or position.</summary>
    public async Task<ThreadView?> ReadAsync(string thread, long? position, CancellationToken cancellationToken)
    {
        var record = await scope.Store.GetThreadAsync(thread, cancellationToken);
        if (record is null || position < 0 || position > record.Position)
        {
            return null;
        }

        using var room = await ViewRoom.EnterAsync(scope, record, cancellationToken);
        var state = await scope.Services.Loader.LoadAsync(record.Thread, position ?? record.Position, cancellationToken);
        var values = state.Root.Values.ToDictionary(StringComparer.Ordinal);
        foreach (var (key, items) in state.Root.Lists)
        {
            values[key] = JsonSerializer.SerializeToElement(items, JournalJson.Default.ListJsonElement);
        }

        return new ThreadView
        {
            Thread = record.Thread,
            Position = state.Position,
            Values = values,
            Messages = [.. state.Root.Messages.Select(message => message.Message)],
            Execution = state.Execution?.Id,
            Interrupts = [.. (state.Execution?.OpenInterrupts ?? []).Select(interrupt => interrupt.Interrupt)],
        };
    }

    /// <summary>A thread's entries from a position on, at most 500, and fewer where they are large.</summary>
    public async Task<IReadOnlyList<Entry>> HistoryAsync(string thread, long from, int limit, CancellationToken cancellationToken)
    {
        var first = Math.Max(from, 1);
        var count = Math.Clamp(limit, 1, 500);
        using var room = await ViewRoom.EnterAsync(scope, thread, cancellationToken);
        return await scope.Services.Loader.ReadAsync(new ThreadKey(scope.Tenant, thread), first, first + count - 1, cancellationToken);
    }
}
