namespace Actant;

/// <summary>Whose data it is: part of every key, index and channel name.</summary>
/// <param name="Value">1 to 128 characters: letters, digits, <c>. _ : -</c>.</param>
public readonly record struct TenantId(string Value)
{
    /// <summary>The tenant of a process that serves only itself: the library, the command line, a server without keys.</summary>
    public static TenantId Default { get; } = new("default");

    /// <inheritdoc />
    public override string ToString() => Value;
}
