namespace Actant.Egress;

/// <summary>Hosts by name and by what they lie below.</summary>
internal sealed class DomainList
{
    private readonly HashSet<string> _hosts = new(StringComparer.Ordinal);
    private readonly List<string> _endings = [];

    /// <exception cref="ArgumentException">A pattern is neither a host nor <c>*.</c> and a host.</exception>
    public DomainList(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            if (!TryRead(pattern, out var host, out var isBelow))
            {
                throw new ArgumentException($"'{pattern}' is neither a host such as api.example.com nor *.example.com.", nameof(patterns));
            }

            if (isBelow)
            {
                _endings.Add($".{host}");
            }
            else
            {
                _hosts.Add(host);
            }
        }
    }

    public static bool TryRead(string pattern, out string host, out bool isBelow)
    {
        isBelow = pattern.StartsWith("*.", StringComparison.Ordinal);
        try
        {
            var written = pattern[(isBelow ? 2 : 0)..];
            host = written.StartsWith('[') ? EgressUrl.Parse($"http://{written}/").Host : HostName.Normalise(written);
            return true;
        }
        catch (EgressException)
        {
            host = "";
            return false;
        }
    }

    /// <summary>Whether the list lets a normalised host through; an empty one lets all.</summary>
    public bool Allows(string host) =>
        (_hosts.Count == 0 && _endings.Count == 0) || _hosts.Contains(host)
        || _endings.Exists(ending => host.Length > ending.Length && host.EndsWith(ending, StringComparison.Ordinal));
}
