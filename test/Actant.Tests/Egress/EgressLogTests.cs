using System.Net;
using Actant.Egress;
using Microsoft.Extensions.Logging;

namespace Actant.Tests.Egress;

public sealed class EgressLogTests
{
    [Fact]
    public void Record_WithoutAnAddress_SaysSoInsteadOfNothing()
    {
        var lines = new Lines();

        new EgressLog(lines).Record(new EgressRecord { Caller = new EgressCaller(TenantId.Default, "look_up"), Method = "GET", Host = "", Port = 0, Outcome = EgressErrors.InvalidUrl });
        new EgressLog(lines).Record(new EgressRecord
        {
            Caller = new EgressCaller(TenantId.Default, "look_up"),
            Method = "GET",
            Host = "example.org",
            Port = 443,
            Address = IPAddress.Parse("192.0.2.1"),
            Outcome = "ok",
        });

        Assert.Equal("look_up of default: GET to what is no address of http or https: egress_invalid_url", lines.Written[0]);
        Assert.Contains("GET to example.org:443 (192.0.2.1)", lines.Written[1], StringComparison.Ordinal);
    }

    private sealed class Lines : ILogger<EgressLog>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
