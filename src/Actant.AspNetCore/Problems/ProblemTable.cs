using Actant.Api;

namespace Actant.AspNetCore.Problems;

/// <summary>Which HTTP status and title each code has: the status by the category of the code, but for four codes that only HTTP knows.</summary>
internal static class ProblemTable
{
    private static readonly Dictionary<string, (int Status, string Title)> s_own = new()
    {
        [ProblemCodes.MethodNotAllowed] = (405, "The address does not take this method"),
        [ProblemCodes.RequestTimeout] = (408, "The body took too long"),
        [ProblemCodes.UnsupportedMediaType] = (415, "The body must be JSON"),
        [ProblemCodes.UpgradeRequired] = (426, "The address speaks WebSocket"),
    };

    public static IEnumerable<string> Codes => RefusalTable.Codes.Concat(s_own.Keys);

    public static (int Status, string Title) Of(Refusal refusal) =>
        s_own.TryGetValue(refusal.Code, out var own) && !refusal.IsOfFilter ? own : Of(RefusalTable.Of(refusal));

    public static (int Status, string Title) Of(string code)
    {
        if (s_own.TryGetValue(code, out var own))
        {
            return own;
        }

        return Of(RefusalTable.Of(code));
    }

    private static (int Status, string Title) Of(RefusalKind kind) => (StatusOf(kind.Category), kind.Title);

    /// <summary>The code of a bare HTTP status, as servers and middleware set it.</summary>
    public static string CodeOf(int status) => status switch
    {
        404 => RefusalCodes.NotFound,
        405 => ProblemCodes.MethodNotAllowed,
        408 => ProblemCodes.RequestTimeout,
        413 => RefusalCodes.PayloadTooLarge,
        415 => ProblemCodes.UnsupportedMediaType,
        429 => "too_many_requests",
        503 => RefusalCodes.StoreUnavailable,
        >= 500 => RefusalCodes.InternalError,
        _ => RefusalCodes.BadRequest,
    };

    private static int StatusOf(ErrorCategory category) => category switch
    {
        ErrorCategory.Invalid => 400,
        ErrorCategory.Unauthenticated => 401,
        ErrorCategory.Forbidden => 403,
        ErrorCategory.NotFound => 404,
        ErrorCategory.Conflict => 409,
        ErrorCategory.Precondition => 412,
        ErrorCategory.TooLarge => 413,
        ErrorCategory.Unprocessable => 422,
        ErrorCategory.Limited => 429,
        ErrorCategory.Unavailable => 503,
        ErrorCategory.Full => 507,
        _ => 500,
    };
}
