using Actant.Executions;

namespace Actant.DomainActions;

/// <summary>Which queues answers may go to: none of our own, and none of another tenant.</summary>
internal sealed class CallbackQueues(ActantEngine engine)
{
    private const int Longest = 255;

    private static readonly string[] s_own =
    [
        ActionQueue.Own, "execution_service:", "agent_execution_service:", "execution_metrics:", "agent_execution:", "agent_tools:", "agent_streaming:", "agent_config:",
        "conversation_history:", "langgraph:",
    ];

    private const string Responses = "agent_responses:";

    /// <summary>Why a tenant may not have answers there; <c>null</c> if it may.</summary>
    public string? Refuse(TenantId tenant, string queue)
    {
        if (!NameRules.IsName(queue, Longest) || queue.Any(char.IsWhiteSpace))
        {
            return $"A queue's name has 1 to {Longest} characters, without white space and control characters.";
        }

        if (s_own.FirstOrDefault(own => queue.StartsWith(own, StringComparison.Ordinal)) is { } prefix)
        {
            return $"Queues that begin with `{prefix}` are taken from here: answers would be read as something else. Name a queue of your own.";
        }

        var parts = queue.Split(':');
        var isAnothers = queue.StartsWith(Responses, StringComparison.Ordinal) ? parts[1] != tenant.Value
            : parts.Any(part => part != tenant.Value && part != TenantId.Default.Value && IsTenant(part));
        return isAnothers ? "It is another tenant's queue. Name one of your own." : null;
    }

    private bool IsTenant(string part) => Access.ApiKeys.CanOwn(part) && engine.Options.Tiers.ContainsKey(new TenantId(part));
}
