namespace Actant.Access;

/// <summary>A key that took another one's place.</summary>
/// <param name="Made">The new one.</param>
/// <param name="Before">The other one, with the end that it has now.</param>
public sealed record RotatedKey(NewApiKey Made, ApiKey Before);
