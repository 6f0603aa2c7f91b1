using Actant.Journaling;
using Actant.Outbox;
using Actant.Storage;

namespace Actant.Loops;

/// <remarks>What must leave goes into the commit of the entry that it tells of: neither is ever stored without the other.</remarks>
internal sealed partial class ExecutionLoop
{
    private List<(OutboxRow Row, long Position)>? _outbox;

    /// <summary>Those who asked for it are told of an entry that was just made.</summary>
    private void Deliver(Entry entry, ExecutionId execution, ExecutionStatus status, IReadOnlyList<DeliveryTarget>? targets)
    {
        if (targets is null)
        {
            return;
        }

        var what = DeliveryEvents.Of(status);
        foreach (var target in targets.Where(target => target.Hears(what)))
        {
            (_outbox ??= []).Add((DeliveryNote.RowFor(_services.Ids.Next(), Thread.Tenant, target, execution, what), entry.Position));
        }
    }

    /// <summary>A person is asked. Several questions of one commit are told of together, with the last of them.</summary>
    private void DeliverQuestion(Entry entry)
    {
        if (_state.Execution is { DeliverTo: { } targets } execution)
        {
            _outbox?.RemoveAll(row => DeliveryNote.Read(row.Row) is { Event: DeliveryEvents.Interrupted } note && note.Execution == execution.Id);
            Deliver(entry, execution.Id, ExecutionStatus.Interrupted, targets);
        }
    }

    private static IReadOnlyList<OutboxRow> Within(List<(OutboxRow Row, long Position)>? outbox, long after, long to) =>
        outbox is null ? [] : [.. outbox.Where(row => row.Position > after && row.Position <= to).Select(static row => row.Row)];
}
