using System.Text.Json;

namespace Actant.Nodes;

/// <summary>A value for a state key, before its reducer ran.</summary>
internal readonly record struct StateWrite(string Key, JsonElement Value);
