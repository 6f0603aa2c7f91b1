using System.Collections.Frozen;
using Actant.Filters;

namespace Actant.Api;

/// <summary>Which category and title each code has. The one place that decides it, for every way in.</summary>
public static class RefusalTable
{
    private static readonly RefusalKind s_other = new(ErrorCategory.Conflict, "The request was refused");

    private static readonly FrozenDictionary<string, RefusalKind> s_rows = new Dictionary<string, (ErrorCategory Category, string Title)>
    {
        ["bad_request"] = (ErrorCategory.Invalid, "The request is malformed"),
        ["invalid_json"] = (ErrorCategory.Invalid, "The body is not usable JSON"),
        ["invalid_input"] = (ErrorCategory.Invalid, "The request has invalid values"),
        ["invalid_label"] = (ErrorCategory.Invalid, "The label cannot be one"),
        ["invalid_id"] = (ErrorCategory.Invalid, "The id cannot be one"),
        ["unauthenticated"] = (ErrorCategory.Unauthenticated, "The caller is not known"),
        ["forbidden"] = (ErrorCategory.Forbidden, "The caller may not do this"),
        ["tier_limit"] = (ErrorCategory.Forbidden, "The tenant's tier does not allow it"),
        ["delivery_not_found"] = (ErrorCategory.NotFound, "There is no such delivery"),
        ["token_not_found"] = (ErrorCategory.NotFound, "There is no such key"),
        ["not_found"] = (ErrorCategory.NotFound, "There is nothing at this address"),
        ["agent_not_found"] = (ErrorCategory.NotFound, "There is no such agent"),
        ["execution_not_found"] = (ErrorCategory.NotFound, "There is no such execution"),
        ["thread_not_found"] = (ErrorCategory.NotFound, "There is no such thread"),
        ["position_not_found"] = (ErrorCategory.NotFound, "The thread has no such position"),
        ["version_not_found"] = (ErrorCategory.NotFound, "There is no such version"),
        ["interrupt_not_found"] = (ErrorCategory.NotFound, "There is no such interrupt"),
        ["agent_inactive"] = (ErrorCategory.Conflict, "The agent is inactive"),
        ["agent_exists"] = (ErrorCategory.Conflict, "There is an agent of that name"),
        ["agent_read_only"] = (ErrorCategory.Conflict, "The agent comes from a file"),
        ["execution_ended"] = (ErrorCategory.Conflict, "The execution has ended"),
        ["execution_not_started"] = (ErrorCategory.Conflict, "The execution was not started"),
        ["first_key_not_admin"] = (ErrorCategory.Conflict, "The first key must be an admin's"),
        ["idempotency_conflict"] = (ErrorCategory.Conflict, "The idempotency key was used with another request"),
        ["interrupt_ambiguous"] = (ErrorCategory.Conflict, "Several interrupts are open"),
        ["interrupt_answered"] = (ErrorCategory.Conflict, "The interrupt was answered before"),
        ["journal_unreadable"] = (ErrorCategory.Conflict, "The thread's journal cannot be read"),
        ["newer_format"] = (ErrorCategory.Conflict, "The thread belongs to a newer release"),
        ["last_admin_key"] = (ErrorCategory.Conflict, "Nobody could make another key"),
        ["signal_conflict"] = (ErrorCategory.Conflict, "The same was asked before, in another way"),
        ["thread_busy"] = (ErrorCategory.Conflict, "The thread is busy"),
        ["thread_exists"] = (ErrorCategory.Conflict, "The thread exists already"),
        ["thread_interrupted"] = (ErrorCategory.Conflict, "The thread waits for a person"),
        ["version_conflict"] = (ErrorCategory.Precondition, "It has changed meanwhile"),
        ["payload_too_large"] = (ErrorCategory.TooLarge, "The body is too large"),
        ["invalid_answer"] = (ErrorCategory.Unprocessable, "The answer does not fit the question"),
        ["invalid_definition"] = (ErrorCategory.Unprocessable, "The definition has problems"),
        ["queue_full"] = (ErrorCategory.Limited, "Too many executions wait"),
        ["too_many_readers"] = (ErrorCategory.Limited, "Too many readers"),
        ["too_many_requests"] = (ErrorCategory.Limited, "Too many requests"),
        ["filter_failed"] = (ErrorCategory.Internal, "A filter failed"),
        ["internal_error"] = (ErrorCategory.Internal, "Something went wrong here"),
        ["shutting_down"] = (ErrorCategory.Unavailable, "The server is stopping"),
        ["storage_full"] = (ErrorCategory.Full, "There is no room for more"),
        ["tenant_storage_full"] = (ErrorCategory.Full, "The tenant stores as much as it may"),
        ["store_unavailable"] = (ErrorCategory.Unavailable, "The store does not answer"),
    }.ToFrozenDictionary(static row => row.Key, static row => new RefusalKind(row.Value.Category, row.Value.Title));

    /// <summary>All codes.</summary>
    public static IReadOnlyCollection<string> Codes => s_rows.Keys;

    /// <summary>What a refusal is. That of a filter is a conflict with the state of things, whatever else its code stands for, unless the filter failed.</summary>
    public static RefusalKind Of(Refusal refusal) => refusal.IsOfFilter && refusal.Code != FilterRefusedException.FilterFailed ? s_other : Of(refusal.Code);

    /// <summary>What a code stands for; one that filters of an application made up is a conflict with the state of things.</summary>
    public static RefusalKind Of(string code) => s_rows.GetValueOrDefault(code, s_other);
}
