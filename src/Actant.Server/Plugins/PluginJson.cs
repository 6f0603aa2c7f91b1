using System.Text.Json.Serialization;

namespace Actant.Server.Plugins;

[JsonSourceGenerationOptions(MaxDepth = JsonLimits.DecodeDepth)]
[JsonSerializable(typeof(string[]))]
internal sealed partial class PluginJson : JsonSerializerContext;
