namespace Actant.AspNetCore.Requests;

/// <summary>What a request may be at most.</summary>
internal static class RequestLimits
{
    /// <summary>4 MiB: an inline definition together with an input.</summary>
    public const int BodyBytes = 4 * 1024 * 1024;

    public const int Errors = 100;
    public const int DefaultPage = 50;
    public const int LargestPage = 1_000;
}
