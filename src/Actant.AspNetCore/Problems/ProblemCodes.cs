namespace Actant.AspNetCore.Problems;

/// <summary>The codes that only HTTP knows; the others come from the operations and the engine.</summary>
internal static class ProblemCodes
{
    public const string MethodNotAllowed = "method_not_allowed";
    public const string RequestTimeout = "request_timeout";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string UpgradeRequired = "upgrade_required";
}
