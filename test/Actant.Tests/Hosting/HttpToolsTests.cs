using System.Net;
using Actant.Egress;
using Actant.Executions;
using Actant.Secrets;
using Actant.Tests.Egress;
using Actant.Tools;
using Microsoft.Extensions.DependencyInjection;

namespace Actant.Tests.Hosting;

public sealed class HttpToolsTests(LocalServer server) : IClassFixture<LocalServer>
{
    [Fact]
    [Trait("Row", "T2")]
    public async Task AddHttpTools_AgentWithAnHttpTool_CallsWithTheApplicationsSecrets()
    {
        var audit = new AuditList();
        var services = new ServiceCollection();
        services.AddSingleton<IEgressAudit>(audit);
        services.AddSingleton<ISecretSource>(new EnvironmentSecrets(static name => name.StartsWith(EnvironmentSecrets.Prefix, StringComparison.Ordinal) ? "sesame-open-1" : null));
        services.AddActant().AddHttpTools(new EgressPolicy { AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] });
        await using var provider = services.BuildServiceProvider();
        var registry = provider.GetRequiredService<ToolRegistry>();
        var definition = new Actant.Definitions.ToolDefinition
        {
            Name = "echo",
            Type = "http",
            Config = System.Text.Json.JsonElement.Parse($$$"""{"url": "{{{server.Url("/echo", "127.0.0.1")}}}", "headers": {"X-Key": "secret://any"}, "response": {"pointer": "/headers/x-key"}}"""),
        };

        Assert.True(registry.TryBind(definition, out var tool, out _));
        var result = await new ToolGate(TimeProvider.System).InvokeAsync(tool, Tools.TestCalls.Of("{}"), null, TestContext.Current.CancellationToken);

        Assert.Equal("***", result.Output?.GetString());
        Assert.Equal("tool:echo", Assert.Single(audit.Records).Caller.Subject);
        Assert.Contains("http_request", registry.Names);
        Assert.Contains("http", provider.GetRequiredService<ActantEngine>().Context().ToolTypes);
    }
}
