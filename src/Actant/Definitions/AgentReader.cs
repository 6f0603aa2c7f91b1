using System.Text.Json;

namespace Actant.Definitions;

/// <summary>Reads an agent in either form from a normalised document.</summary>
internal static class AgentReader
{
    public static AgentDefinition? Read(JsonElement document, ProblemList problems)
    {
        if (new DefinitionCursor(document, "$", problems).AsFields("agent") is not { } fields)
        {
            return null;
        }

        var agent = new AgentDefinition
        {
            Name = fields.Require("name")?.AsText() ?? "",
            Description = fields.Take("description")?.AsText() ?? "",
            AgentType = fields.Take("agent_type")?.AsText(),
            IsActive = fields.Take("is_active")?.AsBoolean() ?? true,
            Priority = fields.Take("priority")?.AsInteger(),
            Tools = ToolReader.ReadList(fields.Take("tool_definitions")),
            Limits = LimitsReader.Read(fields.Take("limits")),
            DeliverTo = DeliveryReader.Read(fields.Take("deliver_to")),
            CallbackUrl = fields.Take("callback_url")?.AsText(),
            Durability = fields.Take("durability")?.AsOneOf(WireNames.Durabilities, "durability") ?? default,
            Graph = new GraphDefinition { Nodes = [] },
            Source = document,
        };
        var model = ModelReader.Read(fields.Take("model"));
        if (SimpleFormReader.IsSimpleForm(document))
        {
            agent = SimpleFormReader.Read(agent, model, fields);
            fields.Finish(static field => field == "state" ? "`state` belongs to the graph form, which has `nodes`." : null);
            return agent;
        }

        agent = agent with { Graph = new GraphReader(model).Read(fields) };
        fields.Finish(SimpleFormReader.WhyMisplaced);
        return agent;
    }
}
