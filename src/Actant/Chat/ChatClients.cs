using Actant.Definitions;
using Actant.Executions;
using Microsoft.Extensions.AI;

namespace Actant.Chat;

/// <summary>Agents as chat clients.</summary>
public static class ChatClients
{
    /// <summary>An agent as a chat client; see <see cref="AgentChatClient"/>.</summary>
    /// <param name="engine">Where it runs; must be started.</param>
    /// <param name="agent">The agent, validated.</param>
    /// <param name="thread">The conversation of requests that name none; each begins its own if absent.</param>
    public static IChatClient AsChatClient(this ActantEngine engine, AgentDefinition agent, string? thread = null) =>
        new AgentChatClient(engine, agent, thread);
}
