namespace Actant.AspNetCore.Health;

/// <summary>How the server feels.</summary>
/// <param name="Status"><c>healthy</c>, <c>ready</c>, <c>degraded</c> (ready, but for a broker) or <c>not_ready</c>.</param>
/// <param name="Checks">What was checked: <c>ok</c>, or why not.</param>
internal sealed record HealthView(string Status, IReadOnlyDictionary<string, string>? Checks = null);
