using System.Text.Json.Serialization;

namespace Actant.Catalogue;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
