namespace Actant.Secrets;

/// <summary>One secret as it is stored.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Name">Its name; this is readable in the file.</param>
/// <param name="Nonce">12 bytes, new with each value.</param>
/// <param name="Tag">16 bytes; binds value, tenant and name together.</param>
/// <param name="Value">The encrypted UTF-8.</param>
internal sealed record EncryptedEntry(string Tenant, string Name, byte[] Nonce, byte[] Tag, byte[] Value);
