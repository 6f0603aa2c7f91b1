using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Testing;

namespace Actant.AspNetCore.Tests.Deliveries;

/// <summary>
/// The official library of Standard Webhooks for JavaScript verifies what is delivered. Needs Node and, once, a package registry; without either
/// it is skipped.
/// </summary>
[Trait("Row", "X8")]
public sealed class StandardWebhooksTests : IAsyncLifetime
{
    private static readonly NodePackages s_packages = new("Verifier", "standardwebhooks");
    private readonly string _file = Path.GetTempFileName();
    private string? _whyNot;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _whyNot = await s_packages.InstallAsync();

    public ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task OfficialLibrary_VerifiesDeliveries_AlsoWhileTheKeyChanges()
    {
        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");

        var (old, next, foreign) = (NewKey(), NewKey(), NewKey());
        var keys = new Keys { ["webhook"] = old };
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: keys);
        var lines = new List<string>();

        await DeliverAsync(server, receiver, lines, "Grüße, 世界 \u2028 \"quoted\"");
        keys["webhook"] = $"{next} {old}";
        await DeliverAsync(server, receiver, lines, "both");
        keys["webhook"] = next;
        await DeliverAsync(server, receiver, lines, "new");

        Assert.Equal(["2 1", "2 1", "0 3"], await VerifyAsync(lines, old, next, foreign));
        Assert.Equal(["0 3"], await VerifyAsync([.. lines.Select(static line => line.Replace("completed", "complete!", StringComparison.Ordinal))], next));
    }

    private static async Task DeliverAsync(HttpServer server, Receiver receiver, List<string> lines, string input)
    {
        var body = JsonSerializer.Serialize(new { agent = "sums", input, callback_url = receiver.Url });
        await server.SubmitAsync(body);
        var (_, headers, content) = await receiver.Requests.NextAsync();
        lines.Add(JsonSerializer.Serialize(new { headers, body = Encoding.UTF8.GetString(content) }));
    }

    private async Task<string[]> VerifyAsync(List<string> lines, params string[] keys)
    {
        await File.WriteAllLinesAsync(_file, lines, Token);
        var (code, output) = await s_packages.RunAsync("node", ["verify.mjs", _file, .. keys]);
        Assert.True(code == 0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string NewKey() => $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
}
