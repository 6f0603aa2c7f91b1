using System.Text.Json.Serialization;

namespace Actant.Catalogue;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(DefinitionOutline))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
