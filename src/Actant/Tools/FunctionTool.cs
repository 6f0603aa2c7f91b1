using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Actant.Tools;

/// <summary>A method, or any <see cref="AIFunction"/>, as a tool.</summary>
/// <param name="function">The function.</param>
/// <param name="toolClass">What a repeated call would do.</param>
/// <param name="scopes">Where functions that ask for services find them: each call gets a scope of its own.</param>
public sealed class FunctionTool(AIFunction function, ToolClass toolClass = ToolClass.Unsafe, IServiceScopeFactory? scopes = null) : Tool
{
    private static readonly JsonSerializerOptions s_compact = LanguageModels.ChatJson.Options;
    private JsonElement? _parameters;

    /// <inheritdoc />
    public override string Name => function.Name;

    /// <inheritdoc />
    public override string Description => function.Description;

    /// <inheritdoc />
    public override JsonElement Parameters => _parameters ?? function.JsonSchema;

    /// <inheritdoc />
    public override ToolClass Class => toolClass;

    /// <summary>Whether the function is an <see cref="ApprovalRequiredAIFunction"/>.</summary>
    public override bool RequiresApproval { get; } = function.GetService<ApprovalRequiredAIFunction>() is not null;

    /// <inheritdoc />
    public override string Version =>
        (function.UnderlyingMethod?.DeclaringType ?? function.GetType()).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>
    /// Wraps a method; its parameters (with their <c>[Description]</c>s) become the schema, which allows no others. A parameter of
    /// type <see cref="ToolCall"/> receives the call, a <see cref="CancellationToken"/> the cancellation. It may return a
    /// <see cref="ToolResult"/>, or <see cref="AIContent"/>s, which become typed parts; anything else it returns is the output, as JSON.
    /// </summary>
    public static FunctionTool Create(Delegate method, string name, string description, ToolClass toolClass = ToolClass.Unsafe)
    {
        var function = AIFunctionFactory.Create(method, CreateOptions(name, description));
        return new FunctionTool(function, toolClass) { _parameters = Close(function.JsonSchema) };
    }

    /// <inheritdoc />
    public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = new AIFunctionArguments { Context = new Dictionary<object, object?> { [typeof(ToolCall)] = call } };
        foreach (var property in call.Arguments.EnumerateObject())
        {
            arguments[property.Name] = property.Value;
        }

        await using var scope = scopes?.CreateAsyncScope();
        arguments.Services = scope?.ServiceProvider;
        var result = await function.InvokeAsync(arguments, cancellationToken);
        return result switch
        {
            ToolResult own => own,
            JsonElement element => ToolResult.Succeeded(JsonSerializer.SerializeToElement(element, s_compact)),
            TextContent content => ToolResult.Succeeded(JsonSerializer.SerializeToElement(content.Text, s_compact)),
            AIContent content => ToolResult.OfParts([content]),
            IEnumerable<AIContent> contents => ToolResult.OfParts(contents),
            null => ToolResult.Succeeded(JsonElement.Parse("null")),
            _ => ToolResult.Succeeded(JsonSerializer.SerializeToElement(result, result.GetType(), s_compact)),
        };
    }

    private static JsonElement Close(JsonElement schema)
    {
        var closed = JsonObject.Create(schema) ?? [];
        closed.TryAdd("additionalProperties", false);
        return JsonSerializer.SerializeToElement(closed, s_compact);
    }

    private static AIFunctionFactoryOptions CreateOptions(string name, string description) => new()
    {
        Name = name,
        Description = description,
        MarshalResult = static (value, _, _) => ValueTask.FromResult(value),
        ConfigureParameterBinding = parameter => parameter.ParameterType == typeof(ToolCall)
            ? new AIFunctionFactoryOptions.ParameterBindingOptions
            {
                ExcludeFromSchema = true,
                BindParameter = (_, arguments) => arguments.Context?[typeof(ToolCall)],
            }
            : default,
    };
}
