using Actant.Testing;

namespace Actant.AspNetCore.Tests.OpenApi;

/// <summary>
/// What others make of the document: a linter finds nothing in it, and the client in TypeScript that is generated from it, without any options, compiles
/// and works. Needs Node and, once, a package registry; without either it is skipped.
/// </summary>
[Trait("Row", "I13")]
public sealed class GeneratedClientTests : IAsyncLifetime
{
    private static readonly NodePackages s_packages = new("OpenApi/Client", "openapi-fetch");
    private string? _whyNot;

    public async ValueTask InitializeAsync() => _whyNot = await s_packages.InstallAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Document_LinterAndGeneratedClient_HaveNothingToComplainOf()
    {
        Assert.SkipWhen(_whyNot is not null, _whyNot ?? "");
        await using var server = await HttpServer.StartAsync();
        var document = Path.Combine(AppContext.BaseDirectory, "OpenApi", "Client", "openapi.json");
        await File.WriteAllTextAsync(document, await server.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        // Its answer has its findings alone; words about a newer Node come beside it.
        var linted = await RunAsync("redocly", "lint", "--format=json", "openapi.json");
        Assert.Contains("\"warnings\": 0", linted, StringComparison.Ordinal);
        await RunAsync("openapi-typescript", "openapi.json", "-o", "schema.d.ts");
        await RunAsync("tsc");
        var (code, output) = await s_packages.RunAsync("node", ["check.js", server.Client.BaseAddress!.AbsoluteUri.TrimEnd('/')]);

        Assert.True(code == 0 && output.Contains("understood", StringComparison.Ordinal), output);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await s_packages.RunAsync("npm", ["exec", "--offline", "--", program, .. arguments]);
        Assert.True(code == 0, output);
        return output;
    }
}
