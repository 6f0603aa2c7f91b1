namespace Actant.Egress;

/// <summary>What a policy says about an address, from free to never.</summary>
internal enum AddressKind
{
    /// <summary>On the public internet.</summary>
    Public,

    /// <summary>Loopback or a private network: allowed with either of the policy's two switches.</summary>
    Private,

    /// <summary>Allowed only by a network that is named.</summary>
    Special,

    /// <summary>A cloud's metadata service: allowed only by its own address.</summary>
    Metadata,

    /// <summary>No host of its own stands behind it: never allowed.</summary>
    Never,
}
