namespace Actant.Definitions;

/// <summary>Reads a graph: the agent's own, or one nested in a node.</summary>
internal sealed class GraphReader(ModelDefinition? defaultModel)
{
    public GraphDefinition Read(FieldReader fields)
    {
        var nodes = new NodeReader(defaultModel);
        return new GraphDefinition
        {
            Nodes = [.. fields.Require("nodes")?.AsItems(DefinitionBounds.Nodes).Select(nodes.Read) ?? []],
            Edges = [.. fields.Take("edges")?.AsItems(DefinitionBounds.Edges).Select(EdgeReader.Read) ?? []],
            State = StateReader.Read(fields.Take("state")),
        };
    }

    public GraphDefinition? ReadNested(DefinitionCursor cursor)
    {
        if (cursor.AsFields("graph") is not { } fields)
        {
            return null;
        }

        var graph = Read(fields);
        fields.Finish();
        return graph;
    }
}
