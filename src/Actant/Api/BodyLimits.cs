namespace Actant.Api;

/// <summary>How many bytes of requests may be under way at once, over every way in together, and how long one may take to arrive.</summary>
public sealed record BodyLimits
{
    /// <summary>Bytes of one tenant's requests at once, on this process; further ones get <c>too_many_requests</c>. 64 MiB by default.</summary>
    public long MaxBytesPerTenant { get; init => field = OptionRange.Check(value, CommandDocument.MaxBytes, long.MaxValue); } = 64L * 1024 * 1024;

    /// <summary>Bytes of all requests at once on this process. 128 MiB by default.</summary>
    public long MaxBytes { get; init => field = OptionRange.Check(value, CommandDocument.MaxBytes, long.MaxValue); } = 128L * 1024 * 1024;

    /// <summary>A body that is not whole after so long is refused with <c>request_timeout</c>. 30 s by default.</summary>
    public TimeSpan Timeout { get; init => field = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), OptionRange.LongestWait); } = TimeSpan.FromSeconds(30);
}
