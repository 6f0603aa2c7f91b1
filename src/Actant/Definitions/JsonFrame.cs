namespace Actant.Definitions;

/// <summary>An object or a list that is being read, for paths and for finding fields that stand twice.</summary>
internal struct JsonFrame(bool isObject)
{
    private HashSet<string>? _keys;
    private string _key = "";
    private int _index = -1;

    /// <summary>Moves to a member; false if the object had it already.</summary>
    public bool Enter(string key)
    {
        _key = key;
        return (_keys ??= []).Add(key);
    }

    /// <summary>Moves to the next item, if this is a list.</summary>
    public void Next() => _index++;

    public readonly string PathBelow(string path) => isObject ? JsonPath.Member(path, _key) : JsonPath.Item(path, _index);
}
