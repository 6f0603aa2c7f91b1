using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Actant.Journaling;
using Actant.Nodes;
using Actant.Schemas;

namespace Actant.Signals;

/// <summary>The questions that the engine itself asks people, and what their answers mean.</summary>
internal static class Decisions
{
    // A schema of arguments beyond that is not repeated with each question.
    private const int LongestArguments = 16 * 1024;

    private const string AnyArguments = """{"type":"object"}""";

    private static readonly JsonElement s_approvalSchema = Approvals(AnyArguments);

    private static readonly JsonElement s_unknownSchema = Schema("retry", "happened", "failed");

    private static readonly JsonElement s_closingSchema = Schema("happened", "failed");

    private static readonly JsonElement s_reportedSchema = Schema("accept", "retry", "happened", "failed");

    private static readonly JsonElement s_reportedClosingSchema = Schema("accept", "happened", "failed");

    /// <summary>May this call be made?</summary>
    /// <param name="call">The call.</param>
    /// <param name="arguments">The arguments that it will be made with.</param>
    /// <param name="parameters">What arguments the tool takes, where that is known: those of an edit must fit too, while the person can still be told.</param>
    public static Interrupt Approval(CallState call, JsonElement arguments, JsonElement parameters) => new()
    {
        Id = "",
        Reason = InterruptReasons.ToolApproval,
        Prompt = $"`{call.Tool}` wants to be called. Answer {{\"decision\": \"approve\"}}, \"edit\" with `arguments`, \"reject\" with a `message`, or \"respond\" with a `result`.",
        ResponseSchema = ApprovalOf(parameters),
        CallId = call.Id,
        Tool = call.Tool,
        Arguments = arguments,
    };

    /// <summary>Did this call happen?</summary>
    /// <param name="call">The call.</param>
    /// <param name="report">How it ended, if that was handed in.</param>
    /// <param name="mayRetry">Whether it can be made again: what it is part of goes on.</param>
    public static Interrupt OutcomeUnknown(CallState call, CallReport? report, bool mayRetry) => new()
    {
        Id = "",
        Reason = InterruptReasons.ToolOutcomeUnknown,
        Prompt = (report, mayRetry) switch
        {
            (null, true) => $"`{call.Tool}` was called (attempt {call.Attempt}) and nobody knows whether it happened. Answer {{\"decision\": \"retry\"}}, \"happened\" with its `result`, or \"failed\" with a `message`.",
            (null, false) => $"`{call.Tool}` was called (attempt {call.Attempt}), what it is part of has failed meanwhile, and nobody knows whether it happened. Answer {{\"decision\": \"happened\"}} with its `result`, or \"failed\" with a `message`.",
            (_, true) => $"`{call.Tool}` was called (attempt {call.Attempt}), and how it ended came too late to count by itself: see `proposal`. Answer {{\"decision\": \"accept\"}} to take that, \"retry\", \"happened\" with another `result`, or \"failed\" with a `message`.",
            (_, false) => $"`{call.Tool}` was called (attempt {call.Attempt}), what it is part of has failed meanwhile, and how it ended came too late to count by itself: see `proposal`. Answer {{\"decision\": \"accept\"}} to take that, \"happened\" with another `result`, or \"failed\" with a `message`.",
        },
        ResponseSchema = (report, mayRetry) switch
        {
            (null, true) => s_unknownSchema,
            (null, false) => s_closingSchema,
            (_, true) => s_reportedSchema,
            (_, false) => s_reportedClosingSchema,
        },
        Proposal = report,
        CallId = call.Id,
        Tool = call.Tool,
        Arguments = call.Arguments,
    };

    /// <summary>Go on?</summary>
    public static Interrupt Stopped => new()
    {
        Id = "",
        Reason = InterruptReasons.Stopped,
        Prompt = "The execution was stopped. Any answer lets it go on.",
    };

    /// <summary>The word of an answer: <c>approve</c>, <c>retry</c>, …</summary>
    public static string Word(JsonElement answer) => Text(answer, "decision") ?? "";

    /// <summary>A text of an answer.</summary>
    public static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A value of an answer.</summary>
    public static JsonElement? Value(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The <c>result</c> of an answer, or an empty text.</summary>
    public static JsonElement Result(JsonElement answer) => Value(answer, "result") ?? ActivationView.Text("");

    /// <summary>
    /// What an answer with one of these decisions looks like. Each takes its own fields only: a misspelt one must not make a call
    /// with arguments that the person did not mean, or give it a result that nobody named.
    /// </summary>
    private static JsonElement Schema(params string[] decisions) => Schema(decisions, AnyArguments);

    private static JsonElement Schema(string[] decisions, string arguments) => JsonElement.Parse(
        $$$"""{"type":"object","properties":{"decision":{"enum":["{{{string.Join("\",\"", decisions)}}}"]}},"required":["decision"],"allOf":[{{{string.Join(',', decisions.Select(decision => Branch(decision, arguments)))}}}]}""");

    private static JsonElement Approvals(string arguments) => Schema(["approve", "edit", "reject", "respond"], arguments);

    /// <summary>A schema that refers to places in itself, or has a name, cannot stand inside another one.</summary>
    private static JsonElement ApprovalOf(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return s_approvalSchema;
        }

        var text = JsonMarshal.GetRawUtf8Value(parameters);
        if (text.Length > LongestArguments || text.IndexOf("\"$"u8) >= 0 || text.IndexOf("\\u0024"u8) >= 0)
        {
            return s_approvalSchema;
        }

        var schema = Approvals(Encoding.UTF8.GetString(text));
        return JsonSchema.TryCompile(schema, out _, out _) ? schema : s_approvalSchema;
    }

    private static string Branch(string decision, string arguments)
    {
        var (field, schema, isRequired) = decision switch
        {
            "edit" => ("arguments", arguments, true),
            "respond" or "happened" => ("result", "{}", true),
            "reject" or "failed" => ("message", """{"type":"string"}""", false),
            _ => (null, "", false),
        };
        var property = field is null ? "" : $",\"{field}\":{schema}";
        var required = isRequired ? $",\"{field}\"" : "";
        return $$$"""{"if":{"properties":{"decision":{"const":"{{{decision}}}"}},"required":["decision"]},"then":{"properties":{"decision":{}{{{property}}}},"required":["decision"{{{required}}}],"additionalProperties":false}}""";
    }
}
