namespace Actant.Api;

/// <summary>Erases what is kept about somebody.</summary>
/// <param name="Subject">Whom.</param>
public sealed record SubjectCommand(string Subject);
