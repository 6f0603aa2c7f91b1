namespace Actant.Secrets;

/// <summary>One secret as a record of the store; its tenant and name are the record's.</summary>
/// <param name="Version">1.</param>
/// <param name="Key">The id of the key that it was sealed with.</param>
/// <param name="Nonce">12 bytes, new with each value.</param>
/// <param name="Tag">16 bytes; binds value, tenant and name together.</param>
/// <param name="Value">The encrypted UTF-8.</param>
internal sealed record StoredSecret(int Version, string Key, byte[] Nonce, byte[] Tag, byte[] Value);
