using System.Text.Json.Serialization;
using Actant.Api;

namespace Actant.AspNetCore.CloudEvents;

/// <summary>Answers to events.</summary>
[JsonSerializable(typeof(BatchReceipt))]
internal sealed partial class ReceiptJson : JsonSerializerContext
{
    public static ReceiptJson Wire { get; } = new(WireJson.CreateOptions());
}
