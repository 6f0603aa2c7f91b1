namespace Actant.Secrets;

/// <summary>The stable codes of secrets.</summary>
public static class SecretErrors
{
    /// <summary>No source has a secret of that name for the tenant.</summary>
    public const string NotFound = "secret_not_found";

    /// <summary>The secret is for other hosts than the one that would be asked.</summary>
    public const string NotForHost = "secret_not_for_host";

    /// <summary>A source that may have it cannot be read.</summary>
    public const string Unavailable = "secret_unavailable";
}
