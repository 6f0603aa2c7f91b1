using Actant.Definitions;

namespace Actant.Validation;

/// <summary>Keys of the state: their names, schemas and defaults.</summary>
internal static class StateRules
{
    public static void Check(GraphSite graph, ValidationRun validation)
    {
        foreach (var (name, key) in graph.Graph.State)
        {
            var path = JsonPath.Member($"{graph.Path}.state", name);
            NameRules.Check(name, path, "state key", validation);
            var schema = SchemaRules.Check(key.Schema, $"{path}.schema", validation);
            if (schema is not null && key.Default is { } value && schema.Validate(value) is { IsValid: false } result)
            {
                var error = result.Errors[0];
                validation.Report(
                    JsonPath.Join($"{path}.default", error.InstancePath),
                    DefinitionErrors.WrongType,
                    $"The default does not fit the schema: {error.Message}");
            }
        }
    }
}
