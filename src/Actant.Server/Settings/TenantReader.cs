using System.Globalization;
using Actant.Access;
using Actant.Storage;
using Actant.Tiers;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the sections <c>Tiers</c> and <c>Tenants</c>: the one place that says how much is whose.</summary>
internal sealed class TenantReader(IConfiguration configuration, ICollection<string> errors)
{
    private const int MostRunning = 1_000_000;
    private const int HighestPriority = 9;

    private static readonly string[] s_tier = ["Weight", "MaxRunning", "Priority"];
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
                Number(section, "MaxRunning", 1, MostRunning) ?? preset.Share.MaxRunning),
            preset.Limits with
            {
                Priority = Number(section, "Priority", 0, HighestPriority) ?? preset.Limits.Priority,
            });
    }

    private int? Number(IConfigurationSection section, string name, int least, int most)
    {
        if (section[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        errors.Add($"{section.Path}:{name}: '{text}' is not a whole number from {least} to {most}.");
        return null;
    }
}
