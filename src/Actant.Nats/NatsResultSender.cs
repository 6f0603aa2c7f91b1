using System.Text.RegularExpressions;
using Actant.CloudEvents;
using Actant.Outbox;
using NATS.Client.Core;

namespace Actant.Nats;

/// <summary>Delivers ends of executions as CloudEvents to the stream of results.</summary>
internal sealed partial class NatsResultSender(NatsOptions options, NatsLink link, ResultEvents events) : IOutboxSender
{
    private const string NatsScheme = "nats";
    private const int HeaderRoom = 512;

    // Results of one tenant wait for their confirmations together, as many as may be under way for a tenant: each waits for the broker's disk, and not for the others.
    private const int Most = 64;

    /// <summary>Where operators have it: what waits follows the settings.</summary>
    public static DeliveryTarget Target { get; } = new() { Url = $"{NatsScheme}:default" };

    /// <inheritdoc />
    public event Action? CameBack
    {
        add => link.CameBack += value;
        remove => link.CameBack -= value;
    }

    /// <inheritdoc />
    public string Scheme => NatsScheme;

    /// <inheritdoc />
    public int? MostAtOnce => Most;

    /// <inheritdoc />
    public TimeSpan? LongestWait { get; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public IEnumerable<DefinitionProblem> Check(TenantId tenant, DeliveryTarget target, string path)
    {
        // Whoever may send jobs may not speak as anybody on any subject.
        if (target.Url != Target.Url && SubjectOf(target.Url) is null)
        {
            yield return new($"{path}.url", "invalid_url", $"`{Target.Url}`, or `{NatsScheme}:{options.ResultSubject}` with further words of letters, digits, `_` and `-` after dots is expected.");
        }
    }

    /// <inheritdoc />
    public async ValueTask<SendResult> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var subject = message.Destination == Target.Url ? options.ResultSubject : SubjectOf(message.Destination);
        if (subject is null)
        {
            return SendResult.Refused($"Results go to subjects below {options.ResultSubject}.");
        }

        var what = message.Event is DeliveryEvents.Completed or DeliveryEvents.Interrupted ? message.Event : DeliveryEvents.Failed;
        try
        {
            // A stream may take less than the server does: what one result is too large for says nothing of the others.
            return await StoreAsync(message, link.MaxPayload - HeaderRoom) || await StoreAsync(message, maxBytes: 0) ? SendResult.Delivered
                : SendResult.Refused("The result is too large for NATS, even without what was said: raise max_payload of the server, or max_msg_size of the stream of results.");
        }
        catch (NatsException exception)
        {
            return SendResult.Failed($"NATS did not take it ({exception.GetType().Name}): {exception.Message.ReplaceLineEndings(" ")}");
        }

        // One that was stored before is a duplicate, and no error.
        async Task<bool> StoreAsync(OutboxMessage result, int maxBytes) =>
            await link.StoreAsync($"{subject}.{what}", events.Write(result, maxBytes), new NatsHeaders { ["Content-Type"] = ResultEvents.ContentType }, result.Id.ToString("D"), cancellationToken) is not null;
    }

    private string? SubjectOf(string url)
    {
        var subject = url[(url.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return Subject.IsMatch(subject) && (subject == options.ResultSubject || subject.StartsWith($"{options.ResultSubject}.", StringComparison.Ordinal)) ? subject : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,15}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Subject { get; }
}
