namespace Actant.Secrets;

/// <summary>An encrypted secret.</summary>
/// <param name="Nonce">12 bytes, new with each value.</param>
/// <param name="Tag">16 bytes; binds value, tenant and name together.</param>
/// <param name="Value">The encrypted UTF-8.</param>
internal readonly record struct SealedSecret(byte[] Nonce, byte[] Tag, byte[] Value);
