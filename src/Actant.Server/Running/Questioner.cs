using System.Text.Json;
using Actant.Journaling;
using Actant.Schemas;
using Spectre.Console;

namespace Actant.Server.Running;

/// <summary>Asks the person at the terminal what an execution wants to know.</summary>
internal sealed class Questioner(IAnsiConsole console)
{
    private const string Undecided = "(choose)";
    private const int MostTypedAhead = 64 * 1024;

    public async Task<JsonElement> AskAsync(Interrupt interrupt, CancellationToken cancellationToken)
    {
        await ForgetTypedAheadAsync(cancellationToken);
        if (interrupt.Arguments is { } arguments)
        {
            console.MarkupLineInterpolated($"  {TerminalText.Line(interrupt.Tool ?? "")} {TerminalText.Line(arguments.GetRawText())}");
        }

        return Decisions(interrupt.ResponseSchema) is { Count: > 0 } decisions
            ? await DecideAsync(decisions, cancellationToken)
            : await AskFreelyAsync(interrupt.ResponseSchema, cancellationToken);
    }

    /// <summary>Throws away what was typed before there was a question: it was meant for something else.</summary>
    private async Task ForgetTypedAheadAsync(CancellationToken cancellationToken)
    {
        for (var key = 0; key < MostTypedAhead && console.Input.IsKeyAvailable(); key++)
        {
            await console.Input.ReadKeyAsync(intercept: true, cancellationToken);
        }
    }

    /// <summary>Asks until the answer fits, and says each time what does not.</summary>
    private async Task<JsonElement> AskFreelyAsync(JsonElement? wanted, CancellationToken cancellationToken)
    {
        var schema = wanted is { } written && JsonSchema.TryCompile(written, out var compiled, out _) ? compiled : null;
        if (schema is not null)
        {
            console.WriteLine($"  The answer fits: {TerminalText.Line(wanted!.Value.GetRawText())}");
        }

        while (true)
        {
            var answer = Read(await new TextPrompt<string>("Your answer (text or JSON):").ShowAsync(console, cancellationToken));
            if (schema?.Validate(answer) is not { IsValid: false } result)
            {
                return answer;
            }

            foreach (var fault in result.Errors)
            {
                console.MarkupLineInterpolated($"  [red]{TerminalText.Line(fault.ToString())}[/]");
            }
        }
    }

    private async Task<JsonElement> DecideAsync(IReadOnlyList<string> decisions, CancellationToken cancellationToken)
    {
        string decision;
        do
        {
            // What stands first is what a careless Enter takes: it must decide nothing.
            decision = await new SelectionPrompt<string>().Title("Your decision:").AddChoices(decisions.Prepend(Undecided)).ShowAsync(console, cancellationToken);
        }
        while (decision == Undecided);

        var field = decision switch
        {
            "edit" => "arguments",
            "respond" or "happened" => "result",
            "reject" or "failed" => "message",
            _ => null,
        };
        var prompt = new TextPrompt<string>($"{field}:") { AllowEmpty = field != "arguments" };
        var value = field is null ? null : await prompt.ShowAsync(console, cancellationToken);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("decision", decision);
            if (value is { Length: > 0 } || field == "result")
            {
                json.WritePropertyName(field!);
                if (field == "message")
                {
                    json.WriteStringValue(value);
                }
                else
                {
                    Read(value!).WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.ToArray(), JsonLimits.Decoding);
    }

    private static List<string> Decisions(JsonElement? schema) =>
        schema is { ValueKind: JsonValueKind.Object } root
        && root.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty("decision", out var decision) && decision.ValueKind == JsonValueKind.Object
        && decision.TryGetProperty("enum", out var words) && words.ValueKind == JsonValueKind.Array
            ? [.. words.EnumerateArray().Where(word => word.ValueKind == JsonValueKind.String).Select(word => word.GetString()!)]
            : [];

    private static JsonElement Read(string text)
    {
        try
        {
            var read = JsonElement.Parse(text, JsonLimits.Value);

            // Half of a character as an escape is found by whoever writes it: such a text is no value either.
            using var writer = new Utf8JsonWriter(Stream.Null);
            read.WriteTo(writer);
            return read;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return RunJson.Text(text);
        }
    }
}
