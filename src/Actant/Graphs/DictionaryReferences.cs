using System.Runtime.InteropServices;

namespace Actant.Graphs;

internal static class DictionaryReferences
{
    /// <summary>The value of a key that is there, to be changed in place.</summary>
    public static ref TValue AsRef<TKey, TValue>(this Dictionary<TKey, TValue> dictionary, TKey key)
        where TKey : notnull => ref CollectionsMarshal.GetValueRefOrNullRef(dictionary, key);
}
