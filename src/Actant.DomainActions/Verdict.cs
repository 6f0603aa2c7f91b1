namespace Actant.DomainActions;

/// <summary>What becomes of a message.</summary>
/// <param name="Kind">As <see cref="QueueScripts.Finish"/> has it.</param>
/// <param name="Detail">Why it is given up, in JSON; whose it is, where it is held back.</param>
internal readonly record struct Verdict(char Kind, string? Detail = null)
{
    /// <summary>It is done with.</summary>
    public static Verdict Done { get; } = new('d');

    /// <summary>It comes again, before all others.</summary>
    public static Verdict Back { get; } = new('b');

    /// <summary>It is given up.</summary>
    public static Verdict Dead(string reason) => new('x', reason);

    /// <summary>It waits apart, so that those of other tenants need not.</summary>
    public static Verdict HeldBack(TenantId tenant) => new('p', tenant.Value);

    /// <summary>Whether what follows it on its thread must not overtake it.</summary>
    public bool HoldsUp => Kind is 'b' or 'p';
}
