using StackExchange.Redis;

namespace Actant.DomainActions;

/// <summary>
/// One list that is taken from, with the keys beside it. All of them are in the slot of the list, so that one script may use them together also on a
/// cluster.
/// </summary>
internal sealed class ActionQueue
{
    /// <summary>What our own keys begin with.</summary>
    public const string Own = "actant:";

    private ActionQueue(string name, string tier, int weight, ActionQueue? parent)
    {
        (Name, Tier, Weight, Parent) = (name, tier, weight, parent);
        var (root, own) = (parent?.Name ?? name, parent is null ? $"{Own}{{{name}}}" : name);
        Keys =
        [
            name, $"{own}:processing", $"{own}:owner", $"{Own}{{{root}}}:dead", $"{Own}{{{root}}}:dead:reasons", $"{Own}{{{root}}}:dead:bytes",
            $"{own}:suspects", $"{own}:tries", $"{Own}{{{root}}}:tenants",
        ];
    }

    public ActionQueue(string name, string tier, int weight)
        : this(name, tier, weight, parent: null)
    {
    }

    /// <summary>The list.</summary>
    public string Name { get; }

    /// <summary>The tier that shares work with others.</summary>
    public string Tier { get; }

    /// <summary>How much of its tier's work it has.</summary>
    public int Weight { get; }

    /// <summary>Whether it only brings callbacks, for which there need be no free slot.</summary>
    public bool IsOfCallbacks { get; init; }

    /// <summary>The queue that its messages came to, where it holds those of one tenant back.</summary>
    public ActionQueue? Parent { get; }

    /// <summary>Whose messages it holds back.</summary>
    public TenantId? HeldBack { get; private init; }

    /// <summary>The list and what stands beside it, in the order in which the scripts have it.</summary>
    public RedisKey[] Keys { get; }

    /// <summary>What was taken and is not done with.</summary>
    public RedisKey Processing => Keys[1];

    /// <summary>Who takes from it now.</summary>
    public RedisKey Owner => Keys[2];

    /// <summary>The tenants whose messages are held back.</summary>
    public RedisKey Tenants => Keys[8];

    /// <summary>Where what comes for a tenant waits that can have no more now, so that others need not wait behind it.</summary>
    public ActionQueue Of(TenantId tenant) => new(ListOf(tenant), Tier, weight: 1, parent: this) { HeldBack = tenant };

    /// <summary>Its list.</summary>
    public string ListOf(TenantId tenant) => $"{Own}{{{Name}}}:tenant:{tenant.Value}";
}
