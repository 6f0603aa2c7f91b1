using Actant.Access;
using Actant.CloudEvents;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads of a section whose jobs are that come without a key.</summary>
internal sealed class OwnersReader(IConfiguration configuration, string section, ICollection<string> errors)
{
    public static readonly string[] Names = ["Tenant", "Tenants", "Role"];

    public JobOwners Read(string way)
    {
        var preset = new JobOwners(way);
        return preset with { Tenant = Tenant("Tenant", Value("Tenant")) ?? preset.Tenant, Tenants = Tenants(), Role = Role(preset.Role) };
    }

    private string? Value(string name) => configuration[$"{section}:{name}"] is { Length: > 0 } value ? value : null;

    private TenantId? Tenant(string name, string? text)
    {
        if (text is null || ApiKeys.CanOwn(text))
        {
            return text is null ? null : new TenantId(text);
        }

        errors.Add($"{section}:{name}: '{text}' is no tenant: 1 to 128 letters, digits, '.', '_', '-' and ':' are.");
        return null;
    }

    /// <summary>A list in a file, or one text with commas in the environment.</summary>
    private HashSet<TenantId> Tenants()
    {
        var list = configuration.GetSection($"{section}:Tenants");
        var texts = list.GetChildren().Select(static child => child.Value ?? "")
            .Concat((list.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return [.. texts.Select(text => Tenant("Tenants", text)).OfType<TenantId>()];
    }

    private Role Role(Role preset)
    {
        switch (Value("Role")?.ToLowerInvariant())
        {
            case null:
                return preset;
            case "runner":
                return Access.Role.Runner;
            case "editor":
                return Access.Role.Editor;
            default:
                errors.Add($"{section}:Role: '{Value("Role")}' is neither runner nor editor.");
                return preset;
        }
    }
}
