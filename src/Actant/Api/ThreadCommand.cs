namespace Actant.Api;

/// <summary>Asks about one thread, or that it be deleted.</summary>
/// <param name="Thread">The thread.</param>
public sealed record ThreadCommand(string Thread);
