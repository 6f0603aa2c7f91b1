namespace Actant.Postgres;

/// <summary>One numbered script of <c>Migrations</c>: once released, never changed.</summary>
/// <remarks>
/// A script only adds, and a column that it adds may be null or has a default: nodes of the release before go on writing the same rows.
/// Functions are a <see cref="FunctionSet"/>; those that scripts 1 to 10 made stay for the release that calls them.
/// </remarks>
internal sealed record Migration(int Version, string Script)
{
    public static IReadOnlyList<Migration> All() =>
        [.. SchemaScripts.Read("").Select(script => new Migration(int.Parse(script.Name.AsSpan(0, 4)), script.Text))];
}
