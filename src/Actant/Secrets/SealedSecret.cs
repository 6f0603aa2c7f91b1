namespace Actant.Secrets;

/// <summary>An encrypted secret.</summary>
/// <param name="Nonce">12 bytes, new with each value.</param>
/// <param name="Tag">16 bytes; binds value, tenant, name and hosts together.</param>
/// <param name="Value">The encrypted UTF-8.</param>
/// <param name="Hosts">For which hosts it may be used; for all if there are none.</param>
internal readonly record struct SealedSecret(byte[] Nonce, byte[] Tag, byte[] Value, IReadOnlyList<string>? Hosts);
