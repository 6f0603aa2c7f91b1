namespace Actant.Outbox;

/// <summary>How many tries of a tenant are under way.</summary>
internal sealed class TenantTries
{
    public int Quick { get; set; }

    public int Slow { get; set; }

    public bool IsNothing => Quick == 0 && Slow == 0;
}
