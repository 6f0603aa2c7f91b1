namespace Actant.Secrets;

/// <summary>Keys of the encrypted store: the first seals, all of them open. Two are there while one takes the other's place.</summary>
internal sealed class SecretKeyRing
{
    public const int MostKeys = 8;

    private readonly SecretSeal[] _seals;

    public SecretKeyRing(IEnumerable<ReadOnlyMemory<byte>> keys) => _seals = [.. keys.Select(static key => new SecretSeal(key))];

    /// <summary>What seals.</summary>
    public SecretSeal First => _seals[0];

    /// <summary>The ids of all keys, the first one's first.</summary>
    public IEnumerable<string> Ids => _seals.Select(static seal => seal.KeyId);

    public SecretSeal? Find(string id) => Array.Find(_seals, seal => seal.KeyId == id);

    /// <summary>The secret, if one of the keys opens it.</summary>
    public Secret? Open(string tenant, string name, SealedSecret secret) =>
        _seals.Select(seal => seal.Open(tenant, name, secret)).FirstOrDefault(static opened => opened is not null);
}
