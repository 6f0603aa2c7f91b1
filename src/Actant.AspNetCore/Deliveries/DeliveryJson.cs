using System.Text.Json.Serialization;
using Actant.AspNetCore.Answers;

namespace Actant.AspNetCore.Deliveries;

/// <summary>Answers about deliveries.</summary>
[JsonSerializable(typeof(DeliveryListView))]
internal sealed partial class DeliveryJson : JsonSerializerContext
{
    public static DeliveryJson Wire { get; } = new(WireJson.CreateOptions());
}
