using Actant.Access;
using Actant.Storage;
using Actant.Tiers;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the sections <c>Tiers</c> and <c>Tenants</c>: the one place that says how much is whose.</summary>
internal sealed class TenantReader(IConfiguration configuration, ICollection<string> errors)
{
    private const int MostRunning = 1_000_000;
    private const int MostQueued = 100_000;
    private const int HighestPriority = 9;
    private const int MostIterations = 1_000;
    private const int MostSteps = 1_000_000;
    private const int MostSeconds = 366 * 24 * 60 * 60;
    private const int MostTools = 1_000;
    private const int LeastStateBytes = 1024;
    private const int MostStateBytes = 1024 * 1024 * 1024;
    private const long LeastStoredBytes = 1024;
    private const long MostStoredBytes = 1L << 60;
    private const int MostDepth = 32;
    private const int MostHistory = 1_000_000;
    private const long MostTokens = 1_000_000_000_000;

    private static readonly string[] s_tier = ["Weight", "MaxRunning", "MaxQueued", "Priority", "MaxIterations", "MaxSteps", "MaxSeconds", "MaxTools", "MaxTokens", "MaxStateBytes", "MaxStoredBytes", "MaxDepth", "History"];
    private static readonly string[] s_tenant = ["Tier", .. s_tier];

    public IReadOnlyDictionary<TenantId, TenantSettings> Read()
    {
        var tiers = configuration.GetSection("Actant:Tiers").GetChildren().ToDictionary(
            static tier => tier.Key, tier => Settings(tier, s_tier, OfTier(tier.Key)), StringComparer.OrdinalIgnoreCase);
        var tenants = new Dictionary<TenantId, TenantSettings>();
        foreach (var tenant in configuration.GetSection("Actant:Tenants").GetChildren())
        {
            if (!ApiKeys.CanOwn(tenant.Key))
            {
                errors.Add($"{tenant.Path}: '{tenant.Key}' is no tenant's id: 1 to 128 letters, digits, '.', '_' and '-'.");
                continue;
            }

            var preset = TenantSettings.Default;
            if (tenant["Tier"] is { Length: > 0 } named && !tiers.TryGetValue(named, out preset!))
            {
                errors.Add($"{tenant.Path}:Tier: there is no tier '{named}'; there are: {(tiers.Count == 0 ? "none" : string.Join(", ", tiers.Keys))}.");
                preset = TenantSettings.Default;
            }

            tenants[new TenantId(tenant.Key)] = Settings(tenant, s_tenant, preset);
        }

        return tenants;
    }

    private static TenantSettings OfTier(string name) => TenantSettings.Default with { Limits = new TierLimits { Tier = name } };

    /// <summary>What a section says, and where it says nothing, what was said before.</summary>
    private TenantSettings Settings(IConfigurationSection section, string[] names, TenantSettings preset)
    {
        Configuration.CheckNames(section, names, errors);
        return new TenantSettings(
            new TenantShare(
                Number(section, "Weight", 1, StorageLimits.MaxWeight) ?? preset.Share.Weight,
                Number(section, "MaxRunning", 1, MostRunning) ?? preset.Share.MaxRunning,
                Number(section, "MaxQueued", 1, MostQueued) ?? preset.Share.MaxQueued),
            preset.Limits with
            {
                Priority = Number(section, "Priority", 0, HighestPriority) ?? preset.Limits.Priority,
                MaxIterations = Number(section, "MaxIterations", 1, MostIterations) ?? preset.Limits.MaxIterations,
                MaxSteps = Number(section, "MaxSteps", 1, MostSteps) ?? preset.Limits.MaxSteps,
                MaxDuration = Number(section, "MaxSeconds", 1, MostSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : preset.Limits.MaxDuration,
                MaxTools = Number(section, "MaxTools", 0, MostTools) ?? preset.Limits.MaxTools,
                MaxTokens = LongNumber(section, "MaxTokens", 1, MostTokens) ?? preset.Limits.MaxTokens,
                MaxStateBytes = Number(section, "MaxStateBytes", LeastStateBytes, MostStateBytes) ?? preset.Limits.MaxStateBytes,
                MaxStoredBytes = LongNumber(section, "MaxStoredBytes", LeastStoredBytes, MostStoredBytes) ?? preset.Limits.MaxStoredBytes,
                MaxDepth = Number(section, "MaxDepth", 1, MostDepth) ?? preset.Limits.MaxDepth,
                History = Number(section, "History", 0, MostHistory) ?? preset.Limits.History,
            });
    }

    private int? Number(IConfigurationSection section, string name, int least, int most) => (int?)LongNumber(section, name, least, most);

    private long? LongNumber(IConfigurationSection section, string name, long least, long most) =>
        Configuration.Number($"{section.Path}:{name}", section[name], least, most, errors);
}
