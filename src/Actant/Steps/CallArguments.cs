using System.Text.Json;
using Actant.Journaling;
using Actant.LanguageModels;
using Actant.Nodes;
using Microsoft.Extensions.AI;

namespace Actant.Steps;

/// <summary>
/// The arguments of a call as a model demanded them. What cannot be kept as JSON stays the text that it is: the tool refuses it, and the
/// model hears why.
/// </summary>
internal static class CallArguments
{
    private const string Unwritable = "(arguments that JSON has no form for, such as NaN or half of a surrogate pair)";

    public static JsonElement Of(FunctionCallContent call)
    {
        if (call.Exception is not null)
        {
            return ActivationView.Text(call.AdditionalProperties?.TryGetValue(ModelCallProperties.RawArguments, out string? raw) == true ? raw ?? "" : "");
        }

        try
        {
            var arguments = JsonSerializer.SerializeToElement(
                call.Arguments ?? new Dictionary<string, object?>(), ChatJson.Options.GetTypeInfo(typeof(IDictionary<string, object?>)));
            return JsonLimits.IsTooDeep(arguments) ? ActivationView.Text(arguments.GetRawText())
                : JournalText.AsStored(arguments) ?? ActivationView.Text(Unwritable);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException or ArgumentException)
        {
            return ActivationView.Text(Unwritable);
        }
    }
}
