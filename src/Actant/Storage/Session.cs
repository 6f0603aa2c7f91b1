namespace Actant.Storage;

/// <summary>An open session.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Length">How long it lives after each renewal. The holder measures this from before it sent the renewal.</param>
/// <param name="At">The store's clock when it was opened.</param>
public sealed record Session(SessionId Id, TimeSpan Length, DateTimeOffset At);
