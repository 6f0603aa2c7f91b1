namespace Actant.Storage;

/// <summary>What one agent used of one model on one day.</summary>
/// <param name="Day">The day, in UTC, by the store's clock.</param>
/// <param name="Amount">What was used.</param>
public sealed record DailyUsage(DateOnly Day, UsageAmount Amount);
