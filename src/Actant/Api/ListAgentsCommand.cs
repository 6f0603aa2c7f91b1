using Actant.Agents;

namespace Actant.Api;

/// <summary>Asks for a page of agents.</summary>
public sealed record ListAgentsCommand
{
    /// <summary>Which ones.</summary>
    public required AgentFilter Filter { get; init; }

    /// <summary>Which page.</summary>
    public required PageCommand Page { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<ListAgentsCommand> Read(CommandFields fields) => fields.Read(new ListAgentsCommand
    {
        Filter = new AgentFilter
        {
            Name = fields.Name("name"),
            Model = fields.Name("model"),
            AgentType = fields.Name("agent_type"),
            IsActive = fields.Flag("is_active"),
        },
        Page = PageCommand.Of(fields),
    });
}
