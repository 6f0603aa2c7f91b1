using System.Text.Json;
using Actant.Journaling;

namespace Actant.Nodes;

/// <summary>Inputs as what they do to a state.</summary>
internal static class Inputs
{
    /// <summary>A text: the user says it.</summary>
    public static InputReceived OfText(string text) => new() { Input = ActivationView.Text(text) };

    /// <summary>
    /// Any input: a text is said by the user; in an object, <c>messages</c> join the conversation and the other members are
    /// written to the state.
    /// </summary>
    /// <returns>What to record, and why it cannot begin like that; <c>null</c> if it can.</returns>
    public static (InputReceived Received, Failure? Fault) Of(JsonElement input, Reducers reducers, ScopeState scope)
    {
        input = MessageIds.CleanInput(input, scope);
        var operations = new List<StateOperation>(reducers.Defaults(scope));
        Failure? fault = null;
        if (input.ValueKind == JsonValueKind.Object)
        {
            var writes = input.EnumerateObject().Where(member => member.Name != "messages").Select(member => new StateWrite(member.Name, member.Value));
            var reduced = reducers.Apply(scope, [.. writes]);
            operations.AddRange(reduced.Operations);
            fault = reduced.Fault is { } misfit ? new Failure { Code = misfit.Code, Message = misfit.Message } : null;
        }

        var received = new InputReceived { Input = input, Operations = operations.Count > 0 ? operations : null };
        fault ??= reducers.FaultOf(received) is { } message ? new Failure { Code = ValueErrors.Misfit, Message = message } : null;
        return (received, fault);
    }

    /// <summary>What of an input nobody says: its values, as JSON; <c>null</c> if it has none.</summary>
    public static string? UnsaidOf(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var values = input.EnumerateObject().Where(static member => member.Name != "messages").Select(static member => KeyValuePair.Create(member.Name, member.Value)).ToList();
        return values.Count > 0 ? JsonText.Of(JsonValues.With(null, values)) : null;
    }

    /// <summary>What is wrong with an input, as path and message; <c>null</c> when it can be used.</summary>
    public static (string Path, string Message)? Check(JsonElement input)
    {
        switch (input.ValueKind)
        {
            case JsonValueKind.String:
                return null;
            case JsonValueKind.Object when !input.TryGetProperty("messages", out var messages):
                return null;
            case JsonValueKind.Object:
                var told = input.GetProperty("messages");
                return (CheckMessages(told) ?? MessageReader.FaultOfPairs(MessageReader.ReadList(told))) is { } fault ? ($"$.input.{fault.Path}", fault.Message) : null;
            default:
                return ("$.input", "The input must be a text, or an object with `messages` or values for the state.");
        }
    }

    /// <summary>What is wrong with a list of messages, as path and message.</summary>
    public static (string Path, string Message)? CheckMessages(JsonElement messages) => MessageReader.FaultOf(messages);
}
