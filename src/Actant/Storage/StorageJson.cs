using System.Text.Json.Serialization;

namespace Actant.Storage;

/// <summary>How the parts of rows are written that stores do not look into. What is written once is read for ever.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(ExecutionTags))]
[JsonSerializable(typeof(Principal))]
[JsonSerializable(typeof(Failure))]
internal sealed partial class StorageJson : JsonSerializerContext;
