using System.Security.Cryptography;
using System.Text.Json;
using Actant.Definitions;
using Actant.Schemas;

namespace Actant.Tools;

/// <summary>A tool as one agent may use it: the tool, with what the agent's definition says about it laid over.</summary>
internal sealed class BoundTool
{
    private const int MostErrors = 8;
    private readonly JsonSchema _own;
    private readonly JsonSchema? _narrowed;

    internal BoundTool(Tool tool, JsonSchema own, ToolDefinition? definition, JsonSchema? narrowed)
    {
        _own = own;
        _narrowed = narrowed;
        Tool = tool;
        Name = definition?.Name ?? tool.Name;
        Description = definition is { Description.Length: > 0 } ? definition.Description : tool.Description;
        Parameters = (narrowed ?? own).Source;
        Class = definition?.SideEffects ?? tool.Class;
        Limits = definition?.Limits ?? tool.Limits;
        RequiresApproval = tool.RequiresApproval || definition?.RequiresApproval == true;
        OnUnknownOutcome = definition?.OnUnknownOutcome ?? UnknownOutcomePolicy.Ask;
        Version = $"{tool.Version}-{HashOf(Parameters)}";
    }

    /// <summary>The tool itself; call it through <see cref="ToolGate"/>.</summary>
    public Tool Tool { get; }

    /// <summary>How this agent and its models name it.</summary>
    public string Name { get; }

    /// <summary>What the model is told.</summary>
    public string Description { get; }

    /// <summary>The JSON Schema that the model is told. Arguments must fit it and the tool's own.</summary>
    public JsonElement Parameters { get; }

    /// <summary>What a repeated call would do: never laxer than the tool says of itself.</summary>
    public ToolClass Class { get; }

    /// <summary>Bounds of one call.</summary>
    public ToolLimits Limits { get; }

    /// <summary>Whether a person must agree before each call.</summary>
    public bool RequiresApproval { get; }

    /// <summary>What is done when an unsafe call's outcome is unknown.</summary>
    public UnknownOutcomePolicy OnUnknownOutcome { get; }

    /// <summary>The tool's version and a hash of its parameters: journaled with a call, and part of the key of cached results.</summary>
    public string Version { get; }

    /// <summary>What is wrong with arguments, each error with its path; <c>null</c> if they fit.</summary>
    internal Failure? CheckArguments(JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.Object)
        {
            return Invalid(arguments.ValueKind == JsonValueKind.String && WhyUnread(arguments.GetString()!) is { } why ? $"$: {why}" : "$: an object is expected.");
        }

        var result = _narrowed?.Validate(arguments) ?? default;
        result = result.IsValid ? _own.Validate(arguments) : result;
        return result.IsValid ? null
            : Invalid(string.Join(' ', result.Errors.Take(MostErrors).Select(error => $"{error.ToString().TrimEnd('.')}.")));
    }

    /// <summary>Why arguments that stayed a text are not the object that they should have been.</summary>
    private static string? WhyUnread(string text) => StorableJson.Parse(text, out var fault) is null ? $"what came is no JSON that can be read. {fault}" : null;

    private static string HashOf(JsonElement parameters)
    {
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parameters, ToolJson.Default.JsonElement));
        return Convert.ToHexStringLower(hash.AsSpan(0, 4));
    }

    private Failure Invalid(string errors) => new()
    {
        Code = ToolErrors.InvalidArguments,
        Message = $"The arguments of '{Name}' do not fit its parameters. {errors}",
    };
}
