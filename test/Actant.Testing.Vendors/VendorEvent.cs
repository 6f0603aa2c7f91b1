namespace Actant.Testing.Vendors;

/// <summary>A server-sent event.</summary>
public sealed record VendorEvent(string? Name, string Data)
{
    public override string ToString() => Name is null ? $"data: {Data}\n\n" : $"event: {Name}\ndata: {Data}\n\n";
}
