using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Actant.Schemas;

/// <summary>
/// A compiled JSON Schema, draft 2020-12. Immutable and safe for concurrent use; compile once, keep, validate often.
/// </summary>
public sealed class JsonSchema
{
    private const int MaxJsonDepth = 512;

    private readonly SchemaNode _root;
    private readonly JsonSchemaOptions _options;
    private readonly bool _usesDynamicScope;

    private JsonSchema(SchemaNode root, JsonSchemaOptions options, bool usesDynamicScope, JsonElement source)
    {
        _root = root;
        _options = options;
        _usesDynamicScope = usesDynamicScope;
        Source = source;
    }

    /// <summary>The schema as it was given; does not depend on the life of the document it came from.</summary>
    public JsonElement Source { get; }

    /// <summary>Compiles a schema that is expected to be right, such as one in code.</summary>
    /// <exception cref="JsonSchemaException">The text is not JSON, repeats a property, or is not a usable schema.</exception>
    public static JsonSchema Parse([StringSyntax(StringSyntaxAttribute.Json)] string schema, JsonSchemaOptions? options = null)
    {
        JsonElement element;
        try
        {
            element = JsonElement.Parse(schema, new JsonDocumentOptions { MaxDepth = MaxJsonDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new JsonSchemaException([new SchemaProblem("#", e.Message)], e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Lone surrogates: in the text itself the former, escaped in a property's name the latter.
            throw new JsonSchemaException([new SchemaProblem("#", "not valid Unicode: " + e.Message)], e);
        }

        return TryCompile(element, out var compiled, out var problems, options) ? compiled : throw new JsonSchemaException(problems);
    }

    /// <summary>Compiles a schema of which nothing is known.</summary>
    /// <param name="schema">The schema; copied, so that its document may be disposed of.</param>
    /// <param name="compiled">The usable schema, or null if there are problems.</param>
    /// <param name="problems">All problems found, up to <see cref="JsonSchemaOptions.MaxProblems"/>.</param>
    /// <param name="options">Remote schemas and bounds, or null for <see cref="JsonSchemaOptions.Default"/>.</param>
    /// <returns>Whether the schema can be used.</returns>
    public static bool TryCompile(
        JsonElement schema,
        [NotNullWhen(true)] out JsonSchema? compiled,
        out IReadOnlyList<SchemaProblem> problems,
        JsonSchemaOptions? options = null)
    {
        ThrowIfUndefined(schema);
        options ??= JsonSchemaOptions.Default;
        var source = schema.Clone();
        var compiler = new SchemaCompiler(options);
        var root = compiler.Compile(source);
        problems = compiler.Problems;
        compiled = root is null || problems.Count > 0 ? null : new JsonSchema(root, options, compiler.UsesDynamicScope, source);
        return compiled is not null;
    }

    /// <summary>Whether the instance satisfies the schema. Stops at the first failure and, in the ordinary case, allocates nothing.</summary>
    public bool IsValid(JsonElement instance)
    {
        ThrowIfUndefined(instance);
        var evaluation = new Evaluation(_options, _usesDynamicScope, errors: null);
        return _root.Evaluate(instance, ref evaluation) && evaluation.StopReason is null;
    }

    /// <summary>Like <see cref="IsValid"/>, and says what is wrong. A valid instance costs no more than there.</summary>
    public ValidationResult Validate(JsonElement instance)
    {
        ThrowIfUndefined(instance);
        var fast = new Evaluation(_options, _usesDynamicScope, errors: null);
        if (_root.Evaluate(instance, ref fast) && fast.StopReason is null)
        {
            return default;
        }

        var errors = new ErrorCollector(_options.MaxErrors);
        if (fast.StopReason is null)
        {
            fast = new Evaluation(_options, _usesDynamicScope, errors);
            _root.Evaluate(instance, ref fast);
        }

        return new ValidationResult(fast.StopReason is { } reason
            ? [.. errors.Errors.Take(_options.MaxErrors - 1), new ValidationError("$", "#", "limit", reason)]
            : errors.Errors);
    }

    private static void ThrowIfUndefined(JsonElement instance)
    {
        if (instance.ValueKind == JsonValueKind.Undefined)
        {
            throw new ArgumentException("The element is not a JSON value (default).", nameof(instance));
        }
    }
}
