namespace Actant.Testing.Vendors;

/// <summary>What a vendor can refuse a request with.</summary>
public enum VendorFault
{
    RateLimit,
    Quota,
    Broken,
    Overloaded,
    ContextTooLong,
    BadRequest,
    WrongKey,
    Forbidden,
}
