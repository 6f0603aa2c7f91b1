using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.NKeys;

namespace Actant.Nats;

/// <summary>How it is connected.</summary>
internal static class NatsConnecting
{
    public static NatsOpts Of(NatsOptions options, ILoggerFactory logs)
    {
        var seed = options.NKeyFile is { } file ? File.ReadAllText(file).Trim() : null;
        return Of(options, logs, seed, seed is null ? null : KeyPair.FromSeed(seed).GetPublicKey());
    }

    private static NatsOpts Of(NatsOptions options, ILoggerFactory logs, string? seed, string? publicKey) => NatsOpts.Default with
    {
        Url = options.Url,
        Name = "actant",
        LoggerFactory = new PlainLogs(logs),
        AuthOpts = NatsAuthOpts.Default with
        {
            Username = options.User,
            Password = options.Password,
            Token = options.Token,
            NKey = publicKey,
            Seed = seed,
            CredsFile = options.CredentialsFile,
        },
        TlsOpts = NatsTlsOpts.Default with
        {
            CaFile = options.CaFile,
            CertFile = options.CertificateFile,
            KeyFile = options.KeyFile,
            Mode = options.Url.Contains("tls://", StringComparison.OrdinalIgnoreCase) || options.CaFile is not null || options.CertificateFile is not null ? TlsMode.Require : TlsMode.Auto,
        },

        // A broker that is away comes back: for ever.
        MaxReconnectRetry = -1,
        RetryOnInitialConnect = true,
        IgnoreAuthErrorAbort = true,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(200),
        ReconnectWaitMax = TimeSpan.FromSeconds(2),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        RequestTimeout = TimeSpan.FromSeconds(5),
        PublishTimeoutOnDisconnected = true,
        SubPendingChannelFullMode = BoundedChannelFullMode.Wait,
        HeaderEncoding = Encoding.UTF8,
    };
}
