using Actant.Executions;
using Actant.Storage;

namespace Actant.Api;

/// <summary>What can be asked of what was used, and of who had tools called.</summary>
/// <param name="engine">What is asked.</param>
public sealed class UsageOperations(ActantEngine engine)
{
    /// <summary>What models were used and what that cost.</summary>
    public async Task<Reply<UsageView>> ReadAsync(Caller caller, UsageCommand command, CancellationToken cancellationToken)
    {
        if (Operations.ReadUsage.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var used = (await engine.Store.For(caller.Tenant).ReadUsageAsync(command.From, command.To, cancellationToken))
            .Where(row => (command.Agent is null || row.Amount.Agent == command.Agent)
                && (command.Model is null || row.Amount.Model == command.Model) && (command.Provider is null || row.Amount.Provider == command.Provider))
            .ToList();
        var rows = used
            .GroupBy(row => (
                Day: command.Groups.Contains("day") ? row.Day : (DateOnly?)null,
                Agent: command.Groups.Contains("agent") ? row.Amount.Agent : null,
                Provider: command.Groups.Contains("provider") ? row.Amount.Provider : null,
                Model: command.Groups.Contains("model") ? row.Amount.Model : null))
            .Select(group => UsageRow.Sum(group) with { Day = group.Key.Day, Agent = group.Key.Agent, Provider = group.Key.Provider, Model = group.Key.Model })
            .ToList();
        return Reply<UsageView>.Done(new UsageView(command.From, command.To, command.Groups, rows, UsageRow.Sum(used))
        {
            Stored = StoredView.Of(await engine.Storage.Of(caller.Tenant).ReadAsync(cancellationToken), engine.Storage.Of(caller.Tenant).Limit),
        });
    }

    /// <summary>What the executions of a thread used together.</summary>
    public async Task<Reply<ThreadUsageView>> ReadThreadAsync(Caller caller, ThreadCommand command, CancellationToken cancellationToken)
    {
        if (Operations.ReadThreadUsage.Forbids(caller) is { } refused)
        {
            return refused;
        }

        var client = engine.For(caller.Tenant);
        var (count, tokens, cost) = (0L, 0L, 0m);
        string? cursor = null;
        do
        {
            var page = await client.ListAsync(new ExecutionFilter { Thread = command.Thread }, cursor, StorageLimits.MaxItems, cancellationToken);
            count += page.Items.Count;
            tokens += page.Items.Sum(static execution => execution.Tokens);
            cost += page.Items.Sum(static execution => execution.CostUsd);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return count == 0
            ? Reply<ThreadUsageView>.Refused(RefusalCodes.ThreadNotFound, $"There is no thread '{command.Thread}' with executions.")
            : Reply<ThreadUsageView>.Done(new ThreadUsageView(command.Thread, count, tokens, cost)
            {
                Bytes = (await client.GetThreadAsync(command.Thread, cancellationToken))?.Bytes ?? 0,
            });
    }

    /// <summary>Who had which tools called: a page of executions, newest first, and the calls of each.</summary>
    public async Task<Reply<AuditView>> ReadAuditAsync(Caller caller, AuditCommand command, CancellationToken cancellationToken) =>
        Operations.ReadAudit.Forbids(caller) ?? await command.Page.ShowAsync(
            (cursor, limit) => new ValueTask<Page<AuditedCall>>(engine.For(caller.Tenant).AuditAsync(command.Filter, cursor, limit, cancellationToken)),
            page => new AuditView(
                [.. page.Items.Where(call => (command.Tool is null || call.Tool == command.Tool) && (command.User is null || call.Security?.UserId == command.User)).Select(AuditedCallView.Of)],
                page.Cursor));
}
