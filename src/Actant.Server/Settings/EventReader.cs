using Microsoft.Extensions.Configuration;

namespace Actant.Server.Settings;

/// <summary>Reads the sections of events; finds all that is wrong with them.</summary>
internal sealed class EventReader(IConfiguration configuration, ICollection<string> errors)
{
    private const int LongestSource = 255;

    private static readonly string[] s_names = ["Sink", "Source", "Listen", .. OwnersReader.Names];

    public EventSettings Read()
    {
        Configuration.CheckNames(configuration.GetSection("Actant:CloudEvents"), s_names, errors);
        return new EventSettings { Sink = Sink(), Source = Source(), Open = Open(), Nats = new NatsReader(configuration, errors).Read() };
    }

    private Uri? Sink()
    {
        var (value, source) = Find("CloudEvents:Sink", "K_SINK");
        if (value is null)
        {
            return null;
        }

        if (Uri.TryCreate(value, UriKind.Absolute, out var sink) && sink is { Scheme: "http" or "https", UserInfo: "", Fragment: "" })
        {
            return sink;
        }

        // It may hold a password.
        errors.Add($"{source}: it is no address such as http://broker-ingress.knative-eventing.svc.cluster.local/default/default, without a user in it.");
        return null;
    }

    private OpenEventSettings? Open()
    {
        var owners = new OwnersReader(configuration, "Actant:CloudEvents", errors).Read("events");
        var (value, source) = Find("CloudEvents:Listen", alias: null);
        if (value is null)
        {
            foreach (var name in OwnersReader.Names.Where(name => configuration.GetSection($"Actant:CloudEvents:{name}").Exists()))
            {
                errors.Add($"Actant:CloudEvents:{name}: it is for events without a key, and those come in nowhere; say where with Actant:CloudEvents:Listen.");
            }

            return null;
        }

        var (endPoint, error) = ListenAddress.Parse(value);
        if (endPoint is null)
        {
            errors.Add($"{source}: {error}");
        }

        return endPoint is null ? null : new OpenEventSettings(endPoint, owners);
    }

    private string? Source()
    {
        var (value, source) = Find("CloudEvents:Source", alias: null);
        if (value is null || (value.Length <= LongestSource && !value.Any(char.IsWhiteSpace) && Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _)))
        {
            return value;
        }

        errors.Add($"{source}: '{value}' is no address of at most {LongestSource} characters, such as https://actant.example.com or agent-executor.");
        return null;
    }

    // Our own name wins over an alias: whoever wrote it meant this program.
    private (string? Value, string Source) Find(string name, string? alias) =>
        configuration[$"Actant:{name}"] is { Length: > 0 } value ? (value, $"Actant:{name}")
        : alias is not null && configuration[alias] is { Length: > 0 } aliased ? (aliased, alias)
        : (null, $"Actant:{name}");
}
