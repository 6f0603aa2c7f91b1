using System.Text.Json.Serialization;

namespace Actant.Secrets;

/// <summary>One secret as a record of the store; its tenant and name are the record's.</summary>
/// <param name="Version">1.</param>
/// <param name="Key">The id of the key that it was sealed with.</param>
/// <param name="Nonce">12 bytes, new with each value.</param>
/// <param name="Tag">16 bytes; binds value, tenant, name and hosts together.</param>
/// <param name="Value">The encrypted UTF-8.</param>
/// <param name="Hosts">For which hosts it may be used; for all if absent.</param>
internal sealed record StoredSecret(int Version, string Key, byte[] Nonce, byte[] Tag, byte[] Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Hosts = null)
{
    [JsonIgnore]
    public SealedSecret Sealed => new(Nonce, Tag, Value, Hosts);
}
