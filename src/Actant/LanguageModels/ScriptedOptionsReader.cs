using System.Text.Json;
using Actant.Expressions.Patterns;

namespace Actant.LanguageModels;

/// <summary>Reads the options of a scripted model; every wrong one becomes a problem.</summary>
internal sealed class ScriptedOptionsReader(List<DefinitionProblem> problems)
{
    private const int MostSteps = 1000;
    private const int MostToolCalls = 128;
    private const int LongestDelayMs = 60 * 60 * 1000;
    private const int LongestRetryAfterMs = 24 * LongestDelayMs;
    private static readonly string[] s_step =
        ["answer", "tool_calls", "delay_ms", "token_delay_ms", "tokens_per_chunk", "fail", "usage"];

    private static readonly JsonElement s_noArguments = JsonElement.Parse("{}");

    public ScriptedOptions Read(JsonElement options, string path)
    {
        var reader = new OptionReader(
            options, path, problems, "rules", "script", "default", "delay_ms", "token_delay_ms", "tokens_per_chunk");
        return new ScriptedOptions
        {
            Rules = reader.List("rules", MostSteps, ReadRule),
            Script = reader.List("script", MostSteps, ReadStep),
            Default = reader.Field("default") is { } step ? ReadStep(step, $"{path}.default") : null,
            Pace = ReadPace(reader),
        };
    }

    private ScriptedStep ReadRule(JsonElement value, string path)
    {
        var reader = new OptionReader(value, path, problems, ["when", .. s_step]);
        var step = ReadStep(reader);
        return reader.Object("when") is { } when ? step with { When = ReadCondition(when, $"{path}.when") } : step;
    }

    private ScriptedStep ReadStep(JsonElement value, string path) => value.ValueKind == JsonValueKind.String
        ? new ScriptedStep { Answer = new ScriptedTemplate(value.GetString()!) }
        : ReadStep(new OptionReader(value, path, problems, s_step));

    private ScriptedStep ReadStep(OptionReader reader) => new()
    {
        Answer = reader.Text("answer") is { } answer ? new ScriptedTemplate(answer) : ScriptedTemplate.Empty,
        ToolCalls = reader.List("tool_calls", MostToolCalls, ReadToolCall),
        Pace = ReadPace(reader),
        Fail = reader.Object("fail") is { } fail ? ReadFailure(fail, $"{reader.Path}.fail") : null,
        Usage = reader.Object("usage") is { } usage ? ReadUsage(usage, $"{reader.Path}.usage") : null,
    };

    private ScriptedToolCall ReadToolCall(JsonElement value, string path)
    {
        var reader = new OptionReader(value, path, problems, "name", "arguments");
        if (!reader.Has("name"))
        {
            reader.Note(path, "missing_field", "A tool call needs a 'name'.");
        }

        return new ScriptedToolCall(reader.Text("name") ?? "", reader.Object("arguments") ?? s_noArguments);
    }

    private ScriptedCondition ReadCondition(JsonElement value, string path)
    {
        var reader = new OptionReader(
            value, path, problems, "contains", "matches", "system_contains", "last_role", "turn", "tool_result");
        var role = reader.Text("last_role");
        if (role is not (null or "user" or "assistant" or "tool" or "system"))
        {
            reader.Note($"{path}.last_role", "unknown_value", "One of user, assistant, tool, system is expected.");
        }

        return new ScriptedCondition
        {
            Contains = reader.Text("contains"),
            Matches = ReadPattern(reader),
            SystemContains = reader.Text("system_contains"),
            LastRole = role,
            Turn = reader.Integer("turn", 0, int.MaxValue),
            ToolResult = reader.Text("tool_result"),
        };
    }

    private static Pattern? ReadPattern(OptionReader reader)
    {
        if (reader.Text("matches") is not { } source)
        {
            return null;
        }

        if (Pattern.TryCreate(source, out var pattern, out var problem))
        {
            return pattern;
        }

        reader.Note($"{reader.Path}.matches", "invalid_pattern", problem);
        return null;
    }

    private ScriptedFailure ReadFailure(JsonElement value, string path)
    {
        var reader = new OptionReader(value, path, problems, "code", "message", "transient", "retry_after_ms", "after_tokens", "times");
        var afterTokens = reader.Integer("after_tokens", 0, int.MaxValue) ?? 0;
        var code = reader.Text("code") ?? (afterTokens > 0 ? ModelErrors.StreamBroken : ModelErrors.Unavailable);
        var transient = reader.Flag("transient") ?? code is ModelErrors.RateLimited or ModelErrors.Unavailable
            or ModelErrors.StreamBroken or ModelErrors.TimedOut;
        var failure = new Failure
        {
            Code = code,
            Message = reader.Text("message") ?? $"The scripted model fails with {code}, as its options say.",
            Transient = transient,
            RetryAfterMs = reader.Integer("retry_after_ms", 0, LongestRetryAfterMs),
        };
        return new ScriptedFailure(failure, afterTokens, reader.Integer("times", 1, int.MaxValue));
    }

    private ScriptedUsage ReadUsage(JsonElement value, string path)
    {
        var reader = new OptionReader(value, path, problems, "input_tokens", "output_tokens", "cached_tokens");
        return new ScriptedUsage(
            reader.Integer("input_tokens", 0, int.MaxValue),
            reader.Integer("output_tokens", 0, int.MaxValue),
            reader.Integer("cached_tokens", 0, int.MaxValue));
    }

    private static ScriptedPace ReadPace(OptionReader reader) => new(
        reader.Integer("delay_ms", 0, LongestDelayMs),
        reader.Integer("token_delay_ms", 0, LongestDelayMs),
        reader.Integer("tokens_per_chunk", 1, 10_000));
}
