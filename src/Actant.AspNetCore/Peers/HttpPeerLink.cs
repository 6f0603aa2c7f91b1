using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Actant.Peers;

namespace Actant.AspNetCore.Peers;

/// <summary>Reaches other nodes by HTTP/2: one connection to each, with a stream for each thread that is read here.</summary>
internal sealed class HttpPeerLink : IPeerLink, IDisposable
{
    private readonly HttpClient _client;

    public HttpPeerLink(PeerOptions options)
    {
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            ResponseDrainTimeout = TimeSpan.Zero,

            // A node that is gone without a word is noticed as soon as its session would be.
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            EnableMultipleHttp2Connections = true,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
    }

    public async IAsyncEnumerable<PeerMessage> FollowAsync(string address, ThreadKey thread, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(new Uri(new Uri(address), PeerEndpoint.PathOf(thread)), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (JsonSerializer.Deserialize(line, PeerJson.Default.PeerLine)?.ToMessage() is { } message)
            {
                yield return message;
            }
        }
    }

    public void Dispose() => _client.Dispose();
}
