namespace Actant.Schemas;

/// <summary>One reason why an instance is not valid.</summary>
/// <param name="InstancePath">JSON path to the offending value, such as <c>$.items[3].name</c>.</param>
/// <param name="SchemaPath">JSON pointer to the keyword in the schema that holds it, such as <c>#/$defs/name/maxLength</c>.</param>
/// <param name="Keyword">The keyword that failed; <c>limit</c> if a bound of the evaluation was reached.</param>
/// <param name="Message">What was expected and what was found; values are shortened, so it fits a log line or a prompt.</param>
public sealed record ValidationError(string InstancePath, string SchemaPath, string Keyword, string Message)
{
    /// <summary>Instance path and message on one line.</summary>
    public override string ToString() => $"{InstancePath}: {Message}";
}
