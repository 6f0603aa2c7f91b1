using System.Security.Cryptography;
using System.Text;

namespace Actant.CloudEvents;

/// <summary>Idempotency keys of what is no request of HTTP. Each way in has a space of its own: requests cannot name a key of one.</summary>
public static class JobKey
{
    /// <summary>The space of events.</summary>
    public const string EventSpace = "cloudevent";

    /// <summary>The space of messages of NATS.</summary>
    public const string NatsSpace = "nats";

    /// <summary>The space of domain actions and of messages of tenants' queues on Redis.</summary>
    public const string DomainActionSpace = "domain_action";

    /// <summary>Whether a key is of one of these spaces.</summary>
    public static bool IsOne(string key) => LengthOfSpace(key) > 0;

    /// <summary>The length of the space's name and what follows it; 0 for a key of none.</summary>
    public static int LengthOfSpace(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var end = key.AsSpan().IndexOfAny(':', '#');
        return end > 0 && key[..end] is (EventSpace or NatsSpace or DomainActionSpace) ? end + 1 : 0;
    }

    /// <summary>The key of an event: of its source and its id, whatever carried it.</summary>
    public static string OfEvent(string source, string id) => Of(EventSpace, $"{source} {id}");

    /// <summary>A key in a space: readable where it is short and plain, else a hash.</summary>
    /// <param name="space">The space.</param>
    /// <param name="name">What tells one from another there.</param>
    public static string Of(string space, string name)
    {
        var key = $"{space}:{name}";
        return NameRules.IsName(key) ? key : $"{space}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";
    }
}
