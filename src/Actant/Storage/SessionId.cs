namespace Actant.Storage;

/// <summary>A node's right to live. Ends by the store's clock and is never renewed after that.</summary>
/// <param name="Value">The UUID.</param>
public readonly record struct SessionId(Guid Value)
{
    /// <inheritdoc />
    public override string ToString() => Value.ToString("D");
}
