using System.Collections.Concurrent;

namespace Actant.Metering;

/// <summary>
/// The values of one label: the first ones keep their names, all later ones are <c>other</c>. Users name agents and vendors name
/// models; without a bound each new name would cost memory here and in every system that stores the numbers.
/// </summary>
internal sealed class BoundedNames(int most)
{
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, byte> _names = new(StringComparer.Ordinal);
    private int _count;

    public string Of(string name)
    {
        if (_names.ContainsKey(name))
        {
            return name;
        }

        if (Interlocked.Increment(ref _count) > most)
        {
            Interlocked.Decrement(ref _count);
            return Other;
        }

        if (!_names.TryAdd(name, default))
        {
            Interlocked.Decrement(ref _count);
        }

        return name;
    }
}
