namespace Actant.Secrets;

/// <summary>The hosts of a secret as a text: with commas or white space between them.</summary>
internal static class SecretHosts
{
    public const int LongestText = 16 * 1024;

    private static readonly char[] s_between = [' ', '\t', '\r', '\n', ','];

    /// <summary>A secret that is for the hosts of a text; for all hosts if there is no such text.</summary>
    /// <exception cref="SecretSourceException">The text names no hosts: nobody knows then for which the secret is.</exception>
    public static Secret Bind(string value, string? text, string from)
    {
        if (text is null)
        {
            return new Secret(value);
        }

        var hosts = text.Split(s_between, StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return hosts.Length > 0 ? new Secret(value, hosts) : throw new SecretSourceException($"{from} names no host; leave it out, or name the hosts that the secret is for.");
        }
        catch (ArgumentException exception)
        {
            throw new SecretSourceException($"{from}: {exception.Message}", exception);
        }
    }
}
