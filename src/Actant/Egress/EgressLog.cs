using System.Net;
using Microsoft.Extensions.Logging;

namespace Actant.Egress;

/// <summary>The audit as lines of a log: refused requests as warnings, all others as information. Never a path, a query or a header.</summary>
public sealed partial class EgressLog(ILogger<EgressLog> log) : IEgressAudit
{
    /// <inheritdoc />
    public void Record(EgressRecord record)
    {
        var level = record.Outcome is EgressErrors.Refused or EgressErrors.InvalidUrl ? LogLevel.Warning : LogLevel.Information;
        if (!log.IsEnabled(level))
        {
            return;
        }

        if (record.Host.Length == 0)
        {
            LogNoUrl(level, record.Caller.Tenant.Value, record.Caller.Subject, record.Method, record.Outcome);
            return;
        }

        LogRequest(
            level, record.Caller.Tenant.Value, record.Caller.Subject, record.Method, record.Host, record.Port, record.Address,
            record.Outcome, record.Status, record.BytesReceived, record.Elapsed);
    }

    [LoggerMessage(Message = "{Subject} of {Tenant}: {Method} to what is no address of http or https: {Outcome}")]
    private partial void LogNoUrl(LogLevel level, string tenant, string subject, string method, string outcome);

    [LoggerMessage(Message = "{Subject} of {Tenant}: {Method} to {Host}:{Port} ({Address}): {Outcome}, status {Status}, {Bytes} bytes in {Elapsed}")]
    private partial void LogRequest(
        LogLevel level, string tenant, string subject, string method, string host, int port, IPAddress? address, string outcome, int? status, long bytes, TimeSpan elapsed);
}
