namespace Actant.Access;

/// <summary>A key that was just made.</summary>
/// <param name="Key">The key.</param>
/// <param name="Text">What its bearer sends. Shown once: only a hash of it is stored.</param>
public sealed record NewApiKey(ApiKey Key, string Text);
