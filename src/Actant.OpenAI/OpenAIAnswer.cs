using System.Collections.Frozen;
using System.Text.Json;
using Actant.Journaling;
using Actant.LanguageModels;
using Microsoft.Extensions.AI;

namespace Actant.OpenAI;

/// <summary>
/// Reads an answer, whole or chunk by chunk, as servers write it that speak OpenAI's chat completions: the SDK knows the reasons of
/// OpenAI alone, and fails at any other.
/// </summary>
internal sealed class OpenAIAnswer(VendorFailures failures)
{
    /// <summary>What some servers give as the reason where they failed: the answer is none.</summary>
    private static readonly FrozenSet<string> s_faults = new[]
    {
        "abort", "aborted", "cancelled", "error", "failed", "insufficient_system_resource", "internal_error", "network_error", "server_error", "timeout",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where servers put the reasoning; of one that has it in both, the first.</summary>
    private static readonly string[] s_thoughts = ["reasoning_content", "reasoning"];

    private readonly ToolCallAssembler _calls = new();
    private string? _id;
    private string? _model;
    private bool _hasCalls;
    private bool _isOldForm;
    private bool _isRefused;
    private bool _isFinished;
    private bool _hasBegun;
    private OpenAITokens _counted;
    private FormatException? _fault;

    /// <summary>One chunk, or the whole.</summary>
    /// <exception cref="ModelException">It says that the server failed.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">It is no chunk.</exception>
    public ChatResponseUpdate Read(string json)
    {
        var chunk = JsonElement.Parse(json, JsonLimits.Decoding);
        if (chunk.ValueKind == JsonValueKind.Null)
        {
            return Update([], null);
        }

        if (IsError(chunk))
        {
            throw new ModelException(failures.OfError(VendorError.Read(chunk)));
        }

        if (chunk.ValueKind != JsonValueKind.Object || chunk.Member("choices") is { ValueKind: not JsonValueKind.Array })
        {
            throw new FormatException("it has no `choices`.");
        }

        _id = chunk.Said("id") ?? _id;
        _model = chunk.Said("model") ?? _model;
        var contents = new List<AIContent>();
        var choice = chunk.Member("choices") is { } choices ? FirstOf(choices) : null;
        var reason = choice is { } said ? Read(said, contents) : null;
        Count(chunk.Member("usage") ?? chunk.Member("x_groq")?.Member("usage") ?? choice?.Member("usage"), contents);
        return Update(contents, reason);
    }

    /// <summary>The server has said that nothing follows: an answer without a reason is whole.</summary>
    /// <exception cref="FormatException">There was none, or one that cannot be used.</exception>
    public ChatResponseUpdate? Complete() => _fault is { } fault ? throw fault
        : _isFinished ? null
        : _hasBegun ? Update([], FinishReasons.Stop) : throw new FormatException("it has no `choices`.");

    /// <summary>Calls that came after the reason.</summary>
    /// <exception cref="FormatException">The answer cannot be used.</exception>
    public ChatResponseUpdate? Rest() => _fault is { } fault ? throw fault : _calls.Take(_id) is { Count: > 0 } calls ? Update([.. calls], null) : null;

    private ChatResponseUpdate Update(List<AIContent> contents, string? reason)
    {
        if (reason is not null)
        {
            _isFinished = true;
            if (_fault is null)
            {
                contents.AddRange(_calls.Take(_id));
            }
        }

        return new ChatResponseUpdate(ChatRole.Assistant, contents)
        {
            ResponseId = _id,
            MessageId = _id,
            ModelId = _model,
            FinishReason = reason is null ? null : new ChatFinishReason(
                _isRefused && reason is FinishReasons.Stop or FinishReasons.ToolCalls ? FinishReasons.Refusal
                    : _hasCalls && reason is FinishReasons.Stop ? FinishReasons.ToolCalls : reason),
        };
    }

    // Some say it under `error`, some as the whole.
    private static bool IsError(JsonElement chunk) => (chunk.ValueKind == JsonValueKind.Array && chunk.GetArrayLength() > 0)
        || chunk.Member("error") is { ValueKind: not JsonValueKind.False }
        || (chunk.Member("choices") is null && chunk.Member("usage") is null && VendorError.Read(chunk).Message.Length > 0);

    // One answer is asked for: what a server says of further choices is none of it.
    private static JsonElement? FirstOf(JsonElement choices)
    {
        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.Member("index") is not { ValueKind: JsonValueKind.Number } index || (index.TryGetInt32(out var number) && number == 0))
            {
                return choice;
            }
        }

        return null;
    }

    private string? Read(JsonElement choice, List<AIContent> contents)
    {
        _hasBegun = true;
        if ((choice.Member("delta") ?? choice.Member("message")) is { ValueKind: JsonValueKind.Object } said)
        {
            ReadSaid(said, contents);
        }

        if (choice.Said("finish_reason") is not { } reason)
        {
            return null;
        }

        return s_faults.Contains(reason)
            ? throw new ModelException(failures.OfError(new VendorError("", "", $"The answer ended for the reason `{reason}`.")))
            : FinishReasons.Of(reason);
    }

    private void ReadSaid(JsonElement said, List<AIContent> contents)
    {
        if (said.Said("refusal") is { Length: > 0 } refusal)
        {
            _isRefused = true;
            contents.Add(new TextContent(refusal));
        }

        foreach (var field in s_thoughts)
        {
            if (said.Said(field) is { } thought)
            {
                contents.Add(new TextReasoningContent(thought) { AdditionalProperties = new() { [ModelCallProperties.Field] = field } });
                break;
            }
        }

        switch (said.Member("content"))
        {
            case { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } words:
                contents.Add(new TextContent(words));
                break;
            case { ValueKind: JsonValueKind.Array } parts:
                contents.AddRange(parts.EnumerateArray().Select(TextOf).OfType<string>().Select(static text => new TextContent(text)));
                break;
            case { ValueKind: not JsonValueKind.String } other:
                contents.Add(new TextContent(TextOf(other) ?? throw new FormatException("its `content` is neither a text nor a list of parts.")));
                break;
        }

        if (said.Member("tool_calls") is { ValueKind: JsonValueKind.Array } calls && calls.GetArrayLength() > 0)
        {
            foreach (var (place, call) in calls.EnumerateArray().Index())
            {
                var function = call.Member("function");
                _hasCalls = true;
                var told = call.Member("index") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt32(out var number) ? number : (int?)null;
                Add(told ?? place, new ToolCallPiece(call.Said("id"), function?.Said("name"), ArgumentsOf(function), call.Member("extra_content"), told is not null));
            }
        }
        else if (said.Member("function_call") is { ValueKind: JsonValueKind.Object } old && (_isOldForm || !_hasCalls))
        {
            // How one call was said before there could be several; a server that says it both ways says it twice.
            var (name, arguments) = (old.Said("name"), ArgumentsOf(old));
            if (_isOldForm || name is { Length: > 0 } || arguments is { Length: > 0 })
            {
                _hasCalls = _isOldForm = true;
                Add(0, new ToolCallPiece(null, name, arguments, null, HasIndex: true));
            }
        }
    }

    // What counts the tokens comes behind the calls: an answer that cannot be used is read to its end.
    private void Add(int place, ToolCallPiece piece)
    {
        try
        {
            if (_fault is null)
            {
                _calls.Add(place, piece);
            }
        }
        catch (FormatException exception)
        {
            _fault = exception;
        }
    }

    /// <summary>The text of a part, or of a value that some send in place of one.</summary>
    private static string? TextOf(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Object => part.Said("text"),
        JsonValueKind.String => part.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => part.GetRawText(),
        _ => null,
    };

    private static string? ArgumentsOf(JsonElement? function) => function?.Member("arguments") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } arguments => arguments.GetRawText(),
        _ => null,
    };

    /// <summary>Counts are sums so far, however often they are told: the larger one counts, and of it what is new.</summary>
    private void Count(JsonElement? told, List<AIContent> contents)
    {
        if (told is not { ValueKind: JsonValueKind.Object } usage)
        {
            return;
        }

        var tokens = _counted.With(OpenAITokens.Of(usage));
        if (tokens != _counted)
        {
            contents.Add(new UsageContent((tokens - _counted).ToDetails()));
            _counted = tokens;
        }
    }
}
