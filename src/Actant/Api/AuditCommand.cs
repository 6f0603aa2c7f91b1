using Actant.Storage;

namespace Actant.Api;

/// <summary>Asks who had which tools called.</summary>
public sealed record AuditCommand
{
    /// <summary>By executions of this agent.</summary>
    public string? Agent { get; init; }

    /// <summary>On this thread.</summary>
    public string? Thread { get; init; }

    /// <summary>Only this tool.</summary>
    public string? Tool { get; init; }

    /// <summary>Only on behalf of this user.</summary>
    public string? User { get; init; }

    /// <summary>Which page; of executions, not of calls.</summary>
    public required PageCommand Page { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<AuditCommand> Read(CommandFields fields) => fields.Read(new AuditCommand
    {
        Agent = fields.Name("agent"),
        Thread = fields.Name("thread_id"),
        Tool = fields.Name("tool"),
        User = fields.Name("user_id"),
        Page = PageCommand.Of(fields),
    });

    internal ExecutionFilter Filter => new() { Agent = Agent, Thread = Thread };
}
