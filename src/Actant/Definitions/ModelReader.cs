using System.Text.Json;
using Actant.Secrets;

namespace Actant.Definitions;

/// <summary>Reads a model: a name, or an object.</summary>
internal static class ModelReader
{
    public static ModelDefinition? Read(DefinitionCursor? field)
    {
        if (field is not { } cursor)
        {
            return null;
        }

        if (cursor.Kind == JsonValueKind.String)
        {
            return ReadName(cursor);
        }

        return cursor.AsFields("model") is { } fields ? ReadObject(fields) : null;
    }

    private static ModelDefinition? ReadName(DefinitionCursor cursor)
    {
        var text = cursor.Element.GetString()!;
        if (ModelNames.ProviderOf(text) is { } found)
        {
            return new ModelDefinition { Provider = found.Provider, ModelName = found.ModelName };
        }

        ReportUnknown(cursor, text);
        return null;
    }

    private static ModelDefinition? ReadObject(FieldReader fields)
    {
        var providerField = fields.Take("provider");
        var provider = providerField?.AsText();
        var nameField = fields.Require("model_name", "model");
        var name = nameField?.AsText();
        if (providerField is null && name is not null)
        {
            var found = ModelNames.ProviderOf(name);
            (provider, name) = found is null ? (null, name) : (found.Value.Provider, found.Value.ModelName);
            if (found is null)
            {
                ReportUnknown(nameField!.Value, name);
            }
        }

        var model = new ModelDefinition
        {
            Provider = provider ?? "",
            ModelName = name ?? "",
            Temperature = fields.Take("temperature")?.AsFloat(),
            TopP = fields.Take("top_p")?.AsFloat(),
            MaxOutputTokens = fields.Take("max_output_tokens", "max_tokens")?.AsInteger(),
            Stop = ReadStop(fields.Take("stop")),
            Timeout = fields.Take("timeout_ms")?.AsMilliseconds(),
            Options = fields.Take("options")?.AsObject(),
            ApiKeySecret = ReadKey(fields.Take("api_key")),
        };
        fields.Finish();
        return provider is null || name is null ? null : model;
    }

    private static string? ReadKey(DefinitionCursor? field)
    {
        if (field?.AsText() is not { } text)
        {
            return null;
        }

        if (SecretReference.NameOf(text) is { } name && SecretName.IsValid(name))
        {
            return name;
        }

        // The text itself may be the key: it is not repeated.
        field.Value.Report(DefinitionErrors.PlainSecret, "A key is no part of a definition: store it with `actant secrets set NAME` and write secret://NAME.");
        return null;
    }

    private static IReadOnlyList<string> ReadStop(DefinitionCursor? field) => field switch
    {
        null => [],
        { Kind: JsonValueKind.String } text => [text.Element.GetString()!],
        { } list => [.. list.AsItems(DefinitionBounds.ListItems).Select(static item => item.AsText()).OfType<string>()],
    };

    private static void ReportUnknown(DefinitionCursor cursor, string name) => cursor.Report(
        DefinitionErrors.UnknownModel,
        $"The model `{JsonPath.Shorten(name)}` does not tell its provider; write {{\"provider\": …, \"model_name\": …}}.");
}
