using System.Text.Json.Serialization;

namespace Actant.Secrets;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = JsonLimits.DecodeDepth, WriteIndented = true)]
[JsonSerializable(typeof(EncryptedFile))]
[JsonSerializable(typeof(StoredSecret))]
internal sealed partial class SecretJson : JsonSerializerContext;
