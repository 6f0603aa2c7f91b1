using System.Text.Json;

namespace Actant.Api;

/// <summary>What a request says in its <c>security_context</c>: it can only take rights away, never add any.</summary>
internal static class SecurityFields
{
    private const int MostPermissions = 1_000;
    private const int MostLimits = 1_000;
    private const int MostCalls = 1_000_000;

    public static SecurityContext? Read(JsonFields fields)
    {
        if (fields.Nested("security_context") is not { } body)
        {
            return null;
        }

        var inner = new JsonFields(body, fields.Place("security_context"), fields.Errors);
        var read = new SecurityContext
        {
            UserId = inner.Name("user_id"),
            OrganizationId = inner.Name("organization_id"),
            Permissions = Permissions(inner),
            RateLimit = RateLimit(inner),
        };
        if (inner.Flag("sandbox") == false)
        {
            inner.Wrong("sandbox", "The sandbox cannot be switched off by a request: leave the field out, or send true.");
        }

        inner.RefuseOthers();
        return read;
    }

    private static List<string>? Permissions(JsonFields fields)
    {
        if (fields.Value("permissions") is not { } list)
        {
            return null;
        }

        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostPermissions
            && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String && SecurityContext.IsPermission(item.GetString()!)))
        {
            return [.. list.EnumerateArray().Select(static item => item.GetString()!)];
        }

        fields.Wrong("permissions", $"""A list of at most {MostPermissions} permissions such as "tool:calculator" or "tool:*" is expected.""");
        return null;
    }

    private static Dictionary<string, int>? RateLimit(JsonFields fields)
    {
        if (fields.Nested("rate_limit") is not { } limits)
        {
            return null;
        }

        if (limits.GetPropertyCount() > MostLimits)
        {
            fields.Wrong("rate_limit", $"At most {MostLimits} tools are expected.");
            return null;
        }

        var read = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var limit in limits.EnumerateObject())
        {
            if (limit.Value.ValueKind == JsonValueKind.Number && limit.Value.TryGetInt32(out var calls) && calls is > 0 and <= MostCalls)
            {
                read[limit.Name] = calls;
            }
            else
            {
                fields.Wrong($"rate_limit.{limit.Name}", $"A whole number from 1 to {MostCalls} is expected: calls of the tool in a minute.");
            }
        }

        return read;
    }
}
