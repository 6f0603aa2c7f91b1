namespace Actant.Secrets;

/// <summary>The file of the encrypted store.</summary>
/// <param name="Version">1.</param>
/// <param name="Secrets">Ordered by tenant and name.</param>
internal sealed record EncryptedFile(int Version, IReadOnlyList<EncryptedEntry> Secrets);
