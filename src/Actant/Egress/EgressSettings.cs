namespace Actant.Egress;

/// <summary>The settings of the one way out, as an operator of the server writes them: what is refused names the one that would allow it.</summary>
internal static class EgressSettings
{
    public static string AllowedDomains { get; } = Named("AllowedDomains");

    public static string AllowedPorts { get; } = Named("AllowedPorts");

    public static string AllowedNetworks { get; } = Named("AllowedNetworks");

    public static string AllowPrivateNetworks { get; } = Named("AllowPrivateNetworks");

    public static string AllowDowngrade { get; } = Named("AllowDowngrade");

    public static string AllowUnverifiedTls { get; } = Named("AllowUnverifiedTls");

    public static string MaxResponseBytes { get; } = Named("MaxResponseBytes");

    private static string Named(string name) => $"Actant:Egress:{name} (ACTANT__EGRESS__{name.ToUpperInvariant()})";
}
