namespace Actant.Schemas;

/// <summary>A schema cannot be used. The message names the first problem; <see cref="Problems"/> has all of them.</summary>
public sealed class JsonSchemaException : FormatException
{
    internal JsonSchemaException(IReadOnlyList<SchemaProblem> problems, Exception? inner = null)
        : base(problems.Count == 1 ? problems[0].ToString() : $"{problems[0]} (and {problems.Count - 1} more)", inner) =>
        Problems = problems;

    /// <summary>Everything that is wrong, in the order it was found; never empty.</summary>
    public IReadOnlyList<SchemaProblem> Problems { get; }

    /// <summary>JSON pointer of the first problem.</summary>
    public string Path => Problems[0].Path;
}
