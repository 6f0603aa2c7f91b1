using System.Text.Json;
using Actant.Journaling;

namespace Actant.Server.Running;

/// <summary>Says what an execution waits for, where nobody is asked, and the command that answers.</summary>
internal static class OpenQuestions
{
    /// <summary>The lines of it.</summary>
    /// <param name="execution">Its id.</param>
    /// <param name="questions">What it asks.</param>
    /// <param name="connection">The options that lead the command to it, with a blank in front; <c>null</c> if no command can.</param>
    public static IEnumerable<string> Of(string execution, IReadOnlyList<Interrupt> questions, string? connection)
    {
        yield return $"actant: execution {execution} waits for {(questions.Count == 1 ? "an answer" : $"{questions.Count} answers")}:";
        foreach (var question in questions)
        {
            yield return $"  {TerminalText.Line(question.Id)}: {TerminalText.Line(question.Prompt)}";
            if (question.ResponseSchema is { } schema)
            {
                yield return $"    fits: {TerminalText.Line(schema.GetRawText())}";
            }

            if (connection is not null)
            {
                yield return $"    actant executions resume {execution} ANSWER{(questions.Count > 1 ? $" --question {question.Id}" : "")}{connection}";
            }
        }
    }

    /// <summary>The questions of an execution as the API shows it.</summary>
    public static IReadOnlyList<Interrupt> Read(JsonElement view) =>
        view.TryGetProperty("interrupts", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(static item => new Interrupt
            {
                Id = item.GetProperty("id").GetString()!,
                Reason = "",
                Prompt = item.GetProperty("prompt").GetString()!,
                ResponseSchema = item.TryGetProperty("response_schema", out var schema) ? schema : null,
            })]
            : [];
}
