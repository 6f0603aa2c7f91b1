using System.Text.Json;
using Actant.Executions;

namespace Actant.AspNetCore.Executions;

/// <summary>What a message on a socket asks for, or why it asks for nothing.</summary>
internal sealed record SocketCommand
{
    private const string Types = "cancel, stop, start or resume";

    public string Type { get; private init; } = "";

    public string? RequestId { get; private init; }

    public string? Reason { get; private init; }

    public ResumeRequest? Resume { get; private init; }

    public string? Fault { get; private init; }

    public static SocketCommand Read(ReadOnlySpan<byte> message)
    {
        JsonElement body;
        try
        {
            body = JsonElement.Parse(message, new JsonDocumentOptions { MaxDepth = JsonLimits.DecodeDepth, AllowDuplicateProperties = false });
            return body.ValueKind == JsonValueKind.Object ? Read(body) : new SocketCommand { Fault = $"An object with `type` ({Types}) is expected." };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new SocketCommand { Fault = "The message is no usable JSON." };
        }
    }

    private static SocketCommand Read(JsonElement body)
    {
        var command = new SocketCommand { Type = Text(body, "type") ?? "", RequestId = Text(body, "request_id"), Reason = Text(body, "reason") };
        switch (command.Type)
        {
            case "cancel" or "stop" or "start":
                return command;
            case "resume":
                var request = new ResumeRequest
                {
                    Answer = body.TryGetProperty("answer", out var answer) ? answer : null,
                    Answers = body.TryGetProperty("answers", out var answers) && answers.ValueKind == JsonValueKind.Object
                        ? answers.EnumerateObject().ToDictionary(item => item.Name, item => item.Value)
                        : [],
                };
                return (request.Answer is null) == (request.Answers.Count == 0)
                    ? command with { Fault = "Either `answer`, or `answers` (an object by the question's id) is needed." }
                    : command with { Resume = request };
            default:
                return command with { Fault = $"`type` is {Types}." };
        }
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= 1_000 } text ? text : null;
}
