namespace Actant.Server.Hosting;

/// <summary>Whoever runs this program: what they answer and cancel goes on record with their name.</summary>
internal static class LocalUser
{
    private const int LongestName = 255;

    /// <summary>The user's name.</summary>
    public static string? Name => Environment.UserName is { Length: > 0 and <= LongestName } name && !name.Any(static c => char.IsControl(c) || char.IsSurrogate(c))
        ? name
        : null;
}
