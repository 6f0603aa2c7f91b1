namespace Actant.Schemas;

/// <summary>The outcome of a validation. The default value is valid.</summary>
public readonly record struct ValidationResult
{
    private readonly IReadOnlyList<ValidationError>? _errors;

    internal ValidationResult(IReadOnlyList<ValidationError> errors) => _errors = errors;

    /// <summary>Whether the instance satisfies the schema.</summary>
    public bool IsValid => _errors is null;

    /// <summary>Why it does not, at most <see cref="JsonSchemaOptions.MaxErrors"/> of them; empty if it does.</summary>
    public IReadOnlyList<ValidationError> Errors => _errors ?? [];
}
