using System.Text.Json;

namespace Actant.Definitions;

/// <summary>One key of a graph's state.</summary>
/// <param name="Reducer">How a write combines with what is there.</param>
/// <param name="Default">The value at the start.</param>
/// <param name="Schema">The JSON Schema that a written value must fit.</param>
public sealed record StateKeyDefinition(Reducer Reducer, JsonElement? Default = null, JsonElement? Schema = null);
