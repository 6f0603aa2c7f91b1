namespace Actant.Schemas;

/// <summary>One thing that is wrong with a schema itself.</summary>
/// <param name="Path">JSON pointer to the keyword, such as <c>#/properties/a/type</c>; with the URI in front in a registered remote schema.</param>
/// <param name="Message">What was expected, what was found and, where there is a choice, how to mend it.</param>
public sealed record SchemaProblem(string Path, string Message)
{
    /// <summary>Path and message on one line.</summary>
    public override string ToString() => $"{Path}: {Message}";
}
