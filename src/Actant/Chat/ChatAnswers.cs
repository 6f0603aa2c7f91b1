using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Journaling;
using Microsoft.Extensions.AI;

namespace Actant.Chat;

/// <summary>Answers to questions among the contents of messages.</summary>
internal static class ChatAnswers
{
    /// <summary>The answers by the id of the question. Without any, the messages are an input.</summary>
    /// <exception cref="ArgumentException">An answer is of a kind that no question of an agent takes.</exception>
    public static IReadOnlyDictionary<string, JsonElement> Of(IEnumerable<ChatMessage> messages) => messages
        .SelectMany(message => message.Contents)
        .OfType<InputResponseContent>()
        .ToDictionary(response => response.RequestId, AnswerOf, StringComparer.Ordinal);

    private static JsonElement AnswerOf(InputResponseContent response) => response switch
    {
        InterruptResponseContent own => own.Answer,
        ToolApprovalResponseContent { Approved: true } => Decision("approve", null),
        ToolApprovalResponseContent refused => Decision("reject", refused.Reason),
        _ => throw new ArgumentException($"{response.GetType().Name} answers no question of an agent.", nameof(response)),
    };

    private static JsonElement Decision(string word, string? message)
    {
        var answer = new JsonObject { ["decision"] = word };
        if (message is not null)
        {
            answer["message"] = message;
        }

        return JsonSerializer.SerializeToElement(answer, JournalJson.Default.JsonObject);
    }
}
