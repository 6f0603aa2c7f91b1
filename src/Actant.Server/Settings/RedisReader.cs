using System.Net;
using Actant.Redis;
using Microsoft.Extensions.Configuration;
using StackExchange.Redis;

namespace Actant.Server.Settings;

/// <summary>Reads the section <c>Redis</c>, and the variables of other systems; never tells a password.</summary>
internal sealed class RedisReader(IConfiguration configuration, ICollection<string> errors)
{
    private const int DefaultPort = 6379;

    private static readonly string[] s_names = ["Host", "Port", "User", "Password", "Tls", "SentinelService", "BufferBytes"];

    private static readonly Dictionary<string, string> s_variables = new(StringComparer.Ordinal)
    {
        ["Host"] = "REDIS_HOST",
        ["Port"] = "REDIS_PORT",
        ["User"] = "REDIS_USERNAME",
        ["Password"] = "REDIS_PASSWORD",
    };

    /// <summary>Where executions are streamed to; <c>null</c> if nowhere.</summary>
    public RedisStreamOptions? Read()
    {
        Configuration.CheckNames(configuration.GetSection("Actant:Redis"), s_names, errors);
        var (host, source) = Find("Host");
        if (host is null)
        {
            foreach (var name in s_names.Where(name => configuration[$"Actant:Redis:{name}"] is { Length: > 0 }))
            {
                errors.Add($"Actant:Redis:{name}: it means nothing without Actant:Redis:Host, or REDIS_HOST.");
            }

            return null;
        }

        var port = Number("Port", DefaultPort, 1, 65535);
        var client = new ConfigurationOptions { User = Find("User").Value, Password = Find("Password").Value, Ssl = IsTls(), ServiceName = Find("SentinelService").Value };
        foreach (var address in host.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Address(address, (int)port) is { } point)
            {
                client.EndPoints.Add(point);
            }
            else
            {
                errors.Add($"{source}: '{address}' is no host such as redis.databases.svc or 10.0.0.5:6379; several have commas between them.");
            }
        }

        var preset = new RedisStreamOptions { Client = client };
        return client.EndPoints.Count == 0 ? null : preset with { BufferBytes = Number("BufferBytes", preset.BufferBytes, 64 * 1024, long.MaxValue) };
    }

    private static EndPoint? Address(string text, int port)
    {
        if (IPAddress.TryParse(text, out var alone))
        {
            return new IPEndPoint(alone, port);
        }

        if (IPEndPoint.TryParse(text, out var point))
        {
            return point;
        }

        return Uri.TryCreate($"redis://{text}", UriKind.Absolute, out var uri) && uri is { UserInfo: "", PathAndQuery: "" or "/", Fragment: "" } && uri.Host.Length > 0
            ? new DnsEndPoint(uri.Host, uri.Port > 0 ? uri.Port : port)
            : null;
    }

    private bool IsTls()
    {
        var (value, source) = Find("Tls");
        return Configuration.Flag(source, value, errors) ?? false;
    }

    private long Number(string name, long preset, long least, long most)
    {
        var (value, source) = Find(name);
        return Configuration.Number(source, value, least, most, errors) ?? preset;
    }

    // Our own name wins over that of other systems: whoever wrote it meant this program.
    private (string? Value, string Source) Find(string name)
    {
        if (configuration[$"Actant:Redis:{name}"] is { Length: > 0 } value)
        {
            return (value, $"Actant:Redis:{name}");
        }

        return s_variables.TryGetValue(name, out var variable) && configuration[variable] is { Length: > 0 } other ? (Plain(name, other), variable) : (null, $"Actant:Redis:{name}");
    }

    // Kubernetes sets REDIS_PORT by itself where a service is called redis: to an address.
    private static string Plain(string name, string value) =>
        name == "Port" && value.StartsWith("tcp://", StringComparison.Ordinal) ? value[(value.LastIndexOf(':') + 1)..] : value;
}
