using System.Text.Json.Serialization;
using Actant.Api;

namespace Actant.AspNetCore.Health;

/// <summary>Answers about the server's health.</summary>
[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext
{
    public static HealthJson Wire { get; } = new(WireJson.CreateOptions());
}
