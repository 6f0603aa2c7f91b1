using System.Text.Json;
using Actant.Executions;

namespace Actant.Api;

/// <summary>Answers questions of an execution.</summary>
public sealed record ResumeCommand
{
    /// <summary>The execution's id, as it was sent.</summary>
    public required string Execution { get; init; }

    /// <summary>The answer to the only question.</summary>
    public JsonElement? Answer { get; init; }

    /// <summary>Answers by the ids of their questions.</summary>
    public IReadOnlyDictionary<string, JsonElement> Answers { get; init; } = new Dictionary<string, JsonElement>(0);

    /// <summary>Reads one.</summary>
    public static Reply<ResumeCommand> Read(JsonFields fields, string execution)
    {
        var command = new ResumeCommand
        {
            Execution = execution,
            Answer = fields.Value("answer"),
            Answers = fields.Nested("answers")?.EnumerateObject().ToDictionary(answer => answer.Name, answer => answer.Value) ?? [],
        };
        if ((command.Answer is null) == (command.Answers.Count == 0))
        {
            fields.Errors.Add("$.answer", "missing_field", "Either answer, or answers (an object of answers by the interrupt's id) is needed.");
        }

        return fields.Read(command);
    }

    internal ResumeRequest ToRequest() => new() { Answer = Answer, Answers = Answers };
}
