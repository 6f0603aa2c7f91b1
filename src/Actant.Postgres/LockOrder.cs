namespace Actant.Postgres;

/// <summary>The order in which every batch of every node touches threads, so that no two wait for each other; <c>actant_lock</c> has the same.</summary>
internal static class LockOrder
{
    public static int Compare(int tenant, string thread, int otherTenant, string otherThread) =>
        tenant != otherTenant ? tenant.CompareTo(otherTenant) : string.CompareOrdinal(thread, otherThread);
}
