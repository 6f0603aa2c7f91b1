namespace Actant.AspNetCore.Agents;

internal sealed record ToolView(string Name, string Description, bool Enabled);
