namespace Actant.Storage;

/// <summary>A slice of what is left of a limit.</summary>
/// <param name="Count">How many permits; those that were waited for come first.</param>
/// <param name="SpendWithin">How long they may be spent, counted from before the request was sent; zero: only by those who wait now.</param>
/// <param name="RetryAfter">When fewer were given than waited for: when the next one is free.</param>
/// <param name="Slice">Names the slice when a part of it is given back.</param>
public readonly record struct Grant(int Count, TimeSpan SpendWithin, TimeSpan RetryAfter, long Slice);
