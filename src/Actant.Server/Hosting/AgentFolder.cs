using Actant.Server.Settings;

namespace Actant.Server.Hosting;

/// <summary>Which folder of agents is served.</summary>
internal static class AgentFolder
{
    /// <summary>The one that was named; else <c>agents</c> in the data folder; else the examples that came with the program.</summary>
    public static string For(ServerSettings settings)
    {
        if (settings.Agents is not null)
        {
            return settings.Agents;
        }

        var own = Path.Combine(settings.Data, "agents");
        return Directory.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, "examples");
    }
}
