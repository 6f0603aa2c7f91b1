using System.Text.Json.Serialization;

namespace Actant.Secrets;

/// <summary>One secret as it is stored.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Name">Its name; this is readable in the file.</param>
/// <param name="Nonce">12 bytes, new with each value.</param>
/// <param name="Tag">16 bytes; binds value, tenant, name and hosts together.</param>
/// <param name="Value">The encrypted UTF-8.</param>
/// <param name="Hosts">For which hosts it may be used; for all if absent.</param>
internal sealed record EncryptedEntry(string Tenant, string Name, byte[] Nonce, byte[] Tag, byte[] Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Hosts = null)
{
    [JsonIgnore]
    public SealedSecret Sealed => new(Nonce, Tag, Value, Hosts);
}
