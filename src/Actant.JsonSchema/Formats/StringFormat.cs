namespace Actant.Schemas;

/// <summary>A format that can be asserted, with its description for messages.</summary>
internal sealed class StringFormat(string description, Func<ReadOnlySpan<char>, bool> isMatch)
{
    private static readonly Dictionary<string, StringFormat> s_byName = new(StringComparer.Ordinal)
    {
        ["date-time"] = new("a date and time with offset such as 2030-01-31T12:00:00Z", DateTimeFormat.IsDateTime),
        ["date"] = new("a date such as 2030-01-31", DateTimeFormat.IsDate),
        ["time"] = new("a time with offset such as 12:00:00Z", DateTimeFormat.IsTime),
        ["email"] = new("an email address", EmailFormat.IsEmail),
        ["uri"] = new("an absolute URI", UriFormat.IsUri),
        ["uuid"] = new("a UUID such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380", UuidFormat.IsUuid),
        ["ipv4"] = new("an IPv4 address such as 192.0.2.1", AddressFormat.IsIPv4),
        ["ipv6"] = new("an IPv6 address such as 2001:db8::1", AddressFormat.IsIPv6),
    };

    public string Description { get; } = description;

    public static StringFormat? Find(string name) => s_byName.GetValueOrDefault(name);

    public bool IsMatch(ReadOnlySpan<char> text) => isMatch(text);
}
