using System.Text.Json;

namespace Actant.Server.Running;

/// <summary>What <c>actant run</c> was asked.</summary>
internal sealed record RunRequest(string File, JsonElement Input, bool Json, string? Thread, string? Data, bool WithoutPlugins, IReadOnlyDictionary<string, string> Names);
