using Actant.Testing;

namespace Actant.AspNetCore.Tests.CloudEvents;

/// <summary>
/// The official library for JavaScript sends jobs in every mode and takes their results. Needs Node and, once, a package registry; without either
/// it is skipped.
/// </summary>
[Trait("Row", "I1")]
[Trait("Row", "I2")]
public sealed class OfficialClientTests : IAsyncLifetime
{
    private static readonly NodePackages s_packages = new("Sender", "cloudevents");
    private string? _whyNot;

    public async ValueTask InitializeAsync() => _whyNot = await s_packages.InstallAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task OfficialLibrary_SendsInAllModes_AndReadsTheResults()
    {
        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");
        var port = FreePort.Find();
        await using var server = await HttpServer.StartAsync(sink: $"http://127.0.0.1:{port}/broker");

        var (code, output) = await s_packages.RunAsync("node", ["send.mjs", server.Client.BaseAddress!.AbsoluteUri, $"{port}", TestJobs.Definition]);

        Assert.True(code == 0, output);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["202", "202", "202"], lines[..3].Select(static line => line[..3]));
        Assert.Contains("\"accepted\":2,\"refused\":0", lines[2], StringComparison.Ordinal);
        Assert.Equal(
            ((string[])["binary", "first", "second", "structured"]).Select(static id =>
                $"{id} dev.my-platform.agent.completed tests {id} hello 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            lines[3..]);
    }
}
