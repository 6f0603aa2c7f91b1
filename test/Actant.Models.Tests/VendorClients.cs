using Actant.Testing;

namespace Actant.Models.Tests;

/// <summary>The vendors' own clients for JavaScript, installed once beside the tests.</summary>
public sealed class VendorClients : IAsyncLifetime
{
    private static readonly NodePackages s_packages = new("Clients", "openai");

    /// <summary>Why they cannot be had; <c>null</c> when they are there.</summary>
    public string? WhyNot { get; private set; }

    public async ValueTask InitializeAsync() => WhyNot = await s_packages.InstallAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments) => s_packages.RunAsync(program, arguments);
}
