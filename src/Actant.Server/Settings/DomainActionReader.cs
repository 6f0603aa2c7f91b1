using Actant.Access;
using Actant.DomainActions;
using Actant.Redis;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the section <c>DomainActions</c>; finds all that is wrong with it.</summary>
internal sealed class DomainActionReader(IConfiguration configuration, ICollection<string> errors)
{
    private const string Section = "Actant:DomainActions";
    private const int MostSeconds = 30 * 24 * 3600;
    private const int MostWeight = 1_000;
    private const int MostNames = 64;

    private static readonly string[] s_names =
    [
        "Enabled", "TakesActions", "Tiers", "Contexts", "DefaultTier", "LeaseSeconds", "ReplySeconds", "CallbackSeconds", "MaxReplies", "DeadBytes", "MaxTries", "Role",
    ];

    /// <summary>The settings; <c>null</c> unless they are switched on.</summary>
    /// <param name="redis">Where the queues are.</param>
    public DomainActionOptions? Read(RedisStreamOptions? redis)
    {
        Configuration.CheckNames(configuration.GetSection(Section), s_names, errors);
        if (Configuration.Flag($"{Section}:Enabled", Value("Enabled"), errors) is not true)
        {
            return null;
        }

        if (redis is null)
        {
            errors.Add($"{Section}:Enabled: the queues are on Redis: set Actant:Redis:Host, or REDIS_HOST.");
            return null;
        }

        var preset = new DomainActionOptions { Client = redis.Client };
        var read = preset with
        {
            Tiers = Weights("Tiers", preset.Tiers),
            Contexts = Weights("Contexts", preset.Contexts),
            DefaultTier = Name(preset.DefaultTier),
            Lease = Seconds("LeaseSeconds", preset.Lease, 600),
            ReplyLifetime = Seconds("ReplySeconds", preset.ReplyLifetime, MostSeconds),
            CallbackLifetime = Seconds("CallbackSeconds", preset.CallbackLifetime, MostSeconds),
            MaxReplies = (int)Number("MaxReplies", preset.MaxReplies, 1, int.MaxValue),
            DeadBytes = Number("DeadBytes", preset.DeadBytes, 1024, 1L << 40),
            MaxTries = (int)Number("MaxTries", preset.MaxTries, 1, 1_000),
            Role = Role(preset.Role),
            TakesActions = Configuration.Flag($"{Section}:TakesActions", Value("TakesActions"), errors) ?? preset.TakesActions,
        };
        if (!read.Tiers.ContainsKey(read.DefaultTier))
        {
            errors.Add($"{Section}:DefaultTier: '{read.DefaultTier}' is none of {string.Join(", ", read.Tiers.Keys)}.");
        }

        return read;
    }

    private string? Value(string name) => configuration[$"{Section}:{name}"] is { Length: > 0 } value ? value : null;

    private long Number(string name, long preset, long least, long most) => Configuration.Number($"{Section}:{name}", Value(name), least, most, errors) ?? preset;

    private TimeSpan Seconds(string name, TimeSpan preset, int most) => TimeSpan.FromSeconds(Number(name, (long)preset.TotalSeconds, 1, most));

    private string Name(string preset)
    {
        var name = Value("DefaultTier") ?? preset;
        if (DomainActionOptions.IsName(name))
        {
            return name;
        }

        errors.Add($"{Section}:DefaultTier: '{name}' is no tier's name: letters, digits, `_` and `-` are expected.");
        return preset;
    }

    /// <summary>Where some are named, only these are there.</summary>
    private IReadOnlyDictionary<string, int> Weights(string name, IReadOnlyDictionary<string, int> preset)
    {
        var named = configuration.GetSection($"{Section}:{name}").GetChildren().ToList();
        if (named.Count == 0)
        {
            return preset;
        }

        if (named.Count > MostNames)
        {
            errors.Add($"{Section}:{name}: at most {MostNames} are expected.");
            return preset;
        }

        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var child in named)
        {
            // Variables are written in capitals by many; queues are not.
            var key = child.Key.ToLowerInvariant();
            if (!DomainActionOptions.IsName(key))
            {
                errors.Add($"{child.Path}: '{child.Key}' can be no part of a queue's name: letters, digits, `_` and `-` are expected.");
            }
            else
            {
                weights[key] = (int)(Configuration.Number(child.Path, child.Value, 1, MostWeight, errors) ?? 1);
            }
        }

        return weights.Count == 0 ? preset : weights;
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
                errors.Add($"{Section}:Role: '{Value("Role")}' is neither runner nor editor.");
                return preset;
        }
    }
}
