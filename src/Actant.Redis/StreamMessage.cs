namespace Actant.Redis;

/// <summary>What is published next.</summary>
/// <param name="Channel">Where.</param>
/// <param name="Body">What.</param>
/// <param name="Sent">Who waits until it is sent.</param>
internal sealed record StreamMessage(string Channel, byte[] Body, TaskCompletionSource<long?>? Sent);
