namespace Actant.Testing.Vendors;

/// <summary>Tokens. The input is all that was read; cached ones and ones written to the cache are part of it.</summary>
public sealed record VendorUsage(int Input, int Cached, int CacheWrites, int Output, int Reasoning);
