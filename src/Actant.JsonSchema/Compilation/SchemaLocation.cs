using System.Text.Json;

namespace Actant.Schemas;

/// <summary>A place in a schema document where a schema stands.</summary>
internal sealed record SchemaLocation(SchemaDocument Document, string Pointer, JsonElement Element, SchemaResource Resource)
{
    /// <summary>As users see it: <c>#/properties/a</c> in the schema they gave, with the URI in front in any other document.</summary>
    public string Path => $"{Document.PathPrefix}#{Pointer}";
}
