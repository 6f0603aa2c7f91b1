using System.Text.Json.Serialization;
using Actant.AspNetCore.Answers;

namespace Actant.AspNetCore.Metering;

/// <summary>Answers about what was used.</summary>
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(ThreadUsageView))]
internal sealed partial class UsageJson : JsonSerializerContext
{
    public static UsageJson Wire { get; } = new(WireJson.CreateOptions());
}
