namespace Actant.Api;

/// <summary>There is nothing to say but that it was done.</summary>
public sealed record EmptyView
{
    /// <summary>The only one there is.</summary>
    public static EmptyView Done { get; } = new();
}
