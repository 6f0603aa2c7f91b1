namespace Actant.Definitions;

/// <summary>Reads one edge. An end that cannot be read is empty, so that the edge keeps its place in the list.</summary>
internal static class EdgeReader
{
    /// <summary>Names that stand for a graph's own start or end, and for no node.</summary>
    public static IReadOnlyList<string> Reserved { get; } = [EdgeDefinition.Start, EdgeDefinition.End, "START", "END", "__start__", "__end__"];

    public static EdgeDefinition Read(DefinitionCursor cursor)
    {
        if (cursor.AsFields("edge") is not { } fields)
        {
            return new EdgeDefinition("", "", EdgeType.Direct);
        }

        var from = ReadEnd(fields.Require("from", "source"));
        var to = ReadEnd(fields.Require("to", "target"));
        var typeField = fields.Take("type");
        var condition = fields.Take("condition")?.AsText();
        var type = typeField is { } written ? written.AsOneOf(WireNames.EdgeTypes, "edge type") : null;
        fields.Finish();
        return new EdgeDefinition(from, to, type ?? (condition is null ? EdgeType.Direct : EdgeType.Conditional), condition);
    }

    private static string ReadEnd(DefinitionCursor? field) => field?.AsText() switch
    {
        null => "",
        "START" or "__start__" => EdgeDefinition.Start,
        "END" or "__end__" => EdgeDefinition.End,
        var name => name,
    };
}
