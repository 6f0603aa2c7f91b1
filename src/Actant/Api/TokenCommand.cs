namespace Actant.Api;

/// <summary>Revokes a key.</summary>
/// <param name="Token">Its id.</param>
public sealed record TokenCommand(string Token);
