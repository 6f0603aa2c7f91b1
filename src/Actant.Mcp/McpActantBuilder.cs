using Actant.Egress;
using Actant.Hosting;
using Actant.Mcp;
using Actant.Secrets;
using Actant.Tools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>MCP servers as tools of an application's agents.</summary>
public static class McpActantBuilder
{
    /// <summary>
    /// Adds tools of type <c>mcp</c>; see <c>docs/mcp.md</c>. What goes over HTTP passes the <see cref="EgressGuard"/> of <see cref="ActantBuilder.AddHttpTools"/>,
    /// which is called before.
    /// </summary>
    /// <param name="builder">The application's engine.</param>
    /// <param name="options">The servers, and what they may take.</param>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static ActantBuilder AddMcpTools(this ActantBuilder builder, McpOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        McpOptions.Check(options);
        builder.Services.AddSingleton(provider => new McpConnections(
            options,
            provider.GetRequiredService<EgressGuard>(),
            provider.GetRequiredService<ISecretSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        builder.Services.AddSingleton<IToolType>(static provider => new McpToolType(
            provider.GetRequiredService<McpConnections>(), provider.GetRequiredService<EgressGuard>(), provider.GetRequiredService<ISecretSource>()));
        return builder;
    }
}
