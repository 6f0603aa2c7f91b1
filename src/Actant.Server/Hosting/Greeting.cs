using Actant.Definitions;

namespace Actant.Server.Hosting;

/// <summary>What a person sees who starts the server in a terminal.</summary>
internal static class Greeting
{
    public static string For(string url, IReadOnlyList<AgentDefinition> agents) => agents.Count > 0
        ? $"Actant serves {agents.Count} agents on {url}. Try:  curl -s {url}/api/v1/agents/{Uri.EscapeDataString(agents[0].Name)}/execute -H 'Content-Type: application/json' -d '{{\"input\": \"What is 15 + 27?\"}}'"
        : $"Actant listens on {url} and has no agents yet. Try:  curl -s {url}/ready";
}
