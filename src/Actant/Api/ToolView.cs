namespace Actant.Api;

/// <summary>A tool of an agent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Enabled">Whether it may be called.</param>
public sealed record ToolView(string Name, string Description, bool Enabled);
