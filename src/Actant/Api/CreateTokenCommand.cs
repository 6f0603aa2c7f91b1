using Actant.Access;

namespace Actant.Api;

/// <summary>Makes a key.</summary>
public sealed record CreateTokenCommand
{
    /// <summary>The longest <see cref="Lifetime"/>.</summary>
    public const long LongestSeconds = 10L * 366 * 24 * 60 * 60;

    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>What its bearer may do.</summary>
    public Role Role { get; init; } = Role.Runner;

    /// <summary>How long it works; for ever if absent.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Whose data it opens; the caller's if absent.</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<CreateTokenCommand> Read(JsonFields fields)
    {
        var name = fields.Name("name");
        var role = fields.Word("role", RoleWords.All);
        var lifetime = fields.Number("expires_in_seconds", 1, LongestSeconds);
        var tenant = fields.Name("tenant_id");
        if (tenant is not null && !ApiKeys.CanOwn(tenant))
        {
            fields.Errors.Add("$.tenant_id", "invalid_id", "A tenant's id has 1 to 128 letters, digits and . _ : -, and does not begin with ':'.");
            tenant = null;
        }

        if (name is null)
        {
            fields.RequiredValue("name");
        }

        return fields.Read(new CreateTokenCommand
        {
            Name = name ?? "",
            Role = role is null ? Role.Runner : RoleWords.Parse(role),
            Lifetime = lifetime is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Tenant = tenant is null ? null : new TenantId(tenant),
        });
    }
}
