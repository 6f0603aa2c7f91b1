using Actant.Access;
using Actant.Orchestrator;
using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the section <c>Orchestrator</c>, and the variables of other systems; never tells a token.</summary>
internal sealed class OrchestratorReader(IConfiguration configuration, ICollection<string> errors)
{
    private const string Section = "Actant:Orchestrator";

    private static readonly string[] s_names = ["Url", "Token", "Role", "Tenants", "BufferBytes"];

    /// <summary>The orchestrator; <c>null</c> if there is none.</summary>
    public OrchestratorOptions? Read()
    {
        Configuration.CheckNames(configuration.GetSection(Section), s_names, errors);
        var (url, source) = Value("Url") is { } own ? (own, $"{Section}:Url") : (Text("ORCHESTRATOR_WS_URL"), "ORCHESTRATOR_WS_URL");
        if (url is null)
        {
            return null;
        }

        try
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            {
                errors.Add($"{source}: '{url}' is no address such as ws://agent-orchestrator:8000/ws/task_updates.");
                return null;
            }

            var preset = new OrchestratorOptions { Url = address, Token = Value("Token") ?? Text("ORCHESTRATOR_WS_TOKEN") };
            var options = preset with
            {
                Role = Role(preset.Role),
                Tenants = Tenants() is { Length: > 0 } tenants ? tenants : preset.Tenants,
                BufferBytes = Configuration.Number($"{Section}:BufferBytes", Value("BufferBytes"), 64 * 1024, long.MaxValue, errors) ?? preset.BufferBytes,
            };
            OrchestratorOptions.Check(options);
            return options;
        }
        catch (ArgumentException exception)
        {
            errors.Add($"{source}: {exception.Message.Split(" (Parameter ")[0]}");
            return null;
        }
    }

    private Role Role(Role preset)
    {
        if (Value("Role") is not { } word)
        {
            return preset;
        }

        if (Enum.TryParse<Role>(word, ignoreCase: true, out var role) && Enum.IsDefined(role))
        {
            return role;
        }

        errors.Add($"{Section}:Role: '{word}' is none of viewer, runner, editor, admin.");
        return preset;
    }

    /// <summary>A list in a file, or one text with commas in the environment.</summary>
    private TenantId[] Tenants() =>
    [
        .. configuration.GetSection($"{Section}:Tenants").GetChildren().Select(static child => child.Value ?? "")
            .Concat((Value("Tenants") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(static tenant => new TenantId(tenant)),
    ];

    private string? Value(string name) => Text($"{Section}:{name}");

    private string? Text(string name) => configuration[name] is { Length: > 0 } value ? value : null;
}
