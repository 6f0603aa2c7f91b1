using System.Globalization;
using Actant.Access;
using Actant.Storage;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the sections <c>Tiers</c> and <c>Tenants</c>: the one place that says how much of the work is whose.</summary>
internal sealed class TenantReader(IConfiguration configuration, ICollection<string> errors)
{
    private const int MostWeight = 1_000;
    private const int MostRunning = 1_000_000;

    private static readonly string[] s_tier = ["Weight", "MaxRunning"];
    private static readonly string[] s_tenant = ["Tier", .. s_tier];

    public IReadOnlyDictionary<TenantId, TenantShare> Read()
    {
        var tiers = configuration.GetSection("Actant:Tiers").GetChildren()
            .ToDictionary(static tier => tier.Key, tier => Share(tier, s_tier, TenantShare.Default), StringComparer.OrdinalIgnoreCase);
        var shares = new Dictionary<TenantId, TenantShare>();
        foreach (var tenant in configuration.GetSection("Actant:Tenants").GetChildren())
        {
            if (!ApiKeys.CanOwn(tenant.Key))
            {
                errors.Add($"{tenant.Path}: '{tenant.Key}' is no tenant's id: 1 to 128 letters, digits, '.', '_' and '-'.");
                continue;
            }

            var preset = TenantShare.Default;
            if (tenant["Tier"] is { Length: > 0 } named && !tiers.TryGetValue(named, out preset!))
            {
                errors.Add($"{tenant.Path}:Tier: there is no tier '{named}'; there are: {(tiers.Count == 0 ? "none" : string.Join(", ", tiers.Keys))}.");
                preset = TenantShare.Default;
            }

            shares[new TenantId(tenant.Key)] = Share(tenant, s_tenant, preset);
        }

        return shares;
    }

    private TenantShare Share(IConfigurationSection section, string[] names, TenantShare preset)
    {
        Configuration.CheckNames(section, names, errors);
        return new TenantShare(Number(section, "Weight", MostWeight) ?? preset.Weight, Number(section, "MaxRunning", MostRunning) ?? preset.MaxRunning);
    }

    private int? Number(IConfigurationSection section, string name, int most)
    {
        if (section[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
        {
            return number;
        }

        errors.Add($"{section.Path}:{name}: '{text}' is not a whole number from 1 to {most}.");
        return null;
    }
}
