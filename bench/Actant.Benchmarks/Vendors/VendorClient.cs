using System.Globalization;
using System.Text;
using System.Text.Json;
using Actant.Benchmarks.Http;

namespace Actant.Benchmarks.Vendors;

/// <summary>The vendor, seen from where it is measured.</summary>
internal sealed class VendorClient : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _client;

    private VendorClient(ChildProcess process)
    {
        _process = process;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ResponseDrainTimeout = TimeSpan.Zero })
        {
            BaseAddress = process.Address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public int Id => _process.Id;

    /// <summary>The address that clients of the vendor are given.</summary>
    public Uri Address => new(_process.Address, "/v1");

    public static async Task<VendorClient> StartAsync(CancellationToken cancellationToken) => new(await ChildProcess.StartAsync(
        typeof(VendorClient).Assembly.Location, ["vendor"], [], static line => Uri.TryCreate(line, UriKind.Absolute, out var address) ? address : null, cancellationToken));

    /// <summary>How many calls wait for their answer, or for the rest of it.</summary>
    public async Task<int> OpenAsync(CancellationToken cancellationToken) =>
        int.Parse(await _client.GetStringAsync("/open", cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Waits until a call has come in which this was said: when that was.</summary>
    public Task<long> OpenedAsync(string text, CancellationToken cancellationToken) => WhenAsync(text, "opened", cancellationToken);

    /// <summary>Waits until a second one has.</summary>
    public Task<long> AgainAsync(string text, CancellationToken cancellationToken) => WhenAsync(text, "again", cancellationToken);

    /// <summary>Waits until the connection of such a call is closed: when that was.</summary>
    public Task<long> ClosedAsync(string text, CancellationToken cancellationToken) => WhenAsync(text, "closed", cancellationToken);

    /// <summary>Asks the vendor itself, with nothing between.</summary>
    public async Task<HttpResponseMessage> CallAsync(VendorPace pace, string text, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new { model = pace.ToString(), stream = true, messages = new[] { new { role = "user", content = text } } });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<long> WhenAsync(string text, string what, CancellationToken cancellationToken) =>
        long.Parse(await _client.GetStringAsync($"/calls/{text}/{what}", cancellationToken), CultureInfo.InvariantCulture);
}
