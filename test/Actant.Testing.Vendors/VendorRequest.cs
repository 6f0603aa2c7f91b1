using System.Text.Json;

namespace Actant.Testing.Vendors;

/// <summary>A request that a fake received.</summary>
public sealed record VendorRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    public bool IsStreamed => Body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True;
}
