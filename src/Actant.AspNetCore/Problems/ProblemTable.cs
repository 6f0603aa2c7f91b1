using System.Collections.Frozen;

namespace Actant.AspNetCore.Problems;

/// <summary>Which HTTP status and title each code has. The one place that decides it.</summary>
internal static class ProblemTable
{
    private static readonly FrozenDictionary<string, (int Status, string Title)> Rows = new Dictionary<string, (int, string)>
    {
        [ProblemCodes.BadRequest] = (400, "The request is malformed"),
        [ProblemCodes.InvalidJson] = (400, "The body is not usable JSON"),
        [ProblemCodes.InvalidInput] = (400, "The request has invalid values"),
        ["invalid_label"] = (400, "The label cannot be one"),
        ["invalid_id"] = (400, "The id cannot be one"),
        ["unauthenticated"] = (401, "The caller is not known"),
        ["forbidden"] = (403, "The caller may not do this"),
        ["tier_limit"] = (403, "The tenant's tier does not allow it"),
        ["delivery_not_found"] = (404, "There is no such delivery"),
        ["token_not_found"] = (404, "There is no such key"),
        [ProblemCodes.NotFound] = (404, "There is nothing at this address"),
        [ProblemCodes.AgentNotFound] = (404, "There is no such agent"),
        [ProblemCodes.ExecutionNotFound] = (404, "There is no such execution"),
        [ProblemCodes.ThreadNotFound] = (404, "There is no such thread"),
        [ProblemCodes.PositionNotFound] = (404, "The thread has no such position"),
        ["version_not_found"] = (404, "There is no such version"),
        ["interrupt_not_found"] = (404, "There is no such interrupt"),
        [ProblemCodes.MethodNotAllowed] = (405, "The address does not take this method"),
        [ProblemCodes.AgentInactive] = (409, "The agent is inactive"),
        ["agent_exists"] = (409, "There is an agent of that name"),
        ["agent_read_only"] = (409, "The agent comes from a file"),
        ["execution_ended"] = (409, "The execution has ended"),
        ["execution_not_started"] = (409, "The execution was not started"),
        ["first_key_not_admin"] = (409, "The first key must be an admin's"),
        ["idempotency_conflict"] = (409, "The idempotency key was used with another request"),
        ["interrupt_ambiguous"] = (409, "Several interrupts are open"),
        ["interrupt_answered"] = (409, "The interrupt was answered before"),
        [ProblemCodes.JournalUnreadable] = (409, "The thread's journal cannot be read"),
        [ProblemCodes.NewerFormat] = (409, "The thread belongs to a newer release"),
        ["signal_conflict"] = (409, "The same was asked before, in another way"),
        ["thread_busy"] = (409, "The thread is busy"),
        ["thread_exists"] = (409, "The thread exists already"),
        ["thread_interrupted"] = (409, "The thread waits for a person"),
        ["version_conflict"] = (412, "It has changed meanwhile"),
        [ProblemCodes.PayloadTooLarge] = (413, "The body is too large"),
        [ProblemCodes.UnsupportedMediaType] = (415, "The body must be JSON"),
        ["invalid_answer"] = (422, "The answer does not fit the question"),
        [ProblemCodes.InvalidDefinition] = (422, "The definition has problems"),
        ["upgrade_required"] = (426, "The address speaks WebSocket"),
        ["queue_full"] = (429, "Too many executions wait"),
        ["too_many_readers"] = (429, "Too many readers"),
        ["too_many_requests"] = (429, "Too many requests"),
        ["filter_failed"] = (500, "A filter failed"),
        [ProblemCodes.InternalError] = (500, "Something went wrong here"),
        [ProblemCodes.ShuttingDown] = (503, "The server is stopping"),
        [ProblemCodes.StoreUnavailable] = (503, "The store does not answer"),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Codes => Rows.Keys;

    /// <summary>The row of a code; a refusal that has none is a conflict with the state of things.</summary>
    public static (int Status, string Title) Of(string code) => Rows.GetValueOrDefault(code, (409, "The request was refused"));

    /// <summary>The code of a bare HTTP status, as servers and middleware set it.</summary>
    public static string CodeOf(int status) => status switch
    {
        404 => ProblemCodes.NotFound,
        405 => ProblemCodes.MethodNotAllowed,
        413 => ProblemCodes.PayloadTooLarge,
        415 => ProblemCodes.UnsupportedMediaType,
        429 => "too_many_requests",
        503 => ProblemCodes.StoreUnavailable,
        >= 500 => ProblemCodes.InternalError,
        _ => ProblemCodes.BadRequest,
    };
}
