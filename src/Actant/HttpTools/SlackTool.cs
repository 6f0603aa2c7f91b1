using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actant.Definitions;
using Actant.Egress;
using Actant.LanguageModels;
using Actant.Secrets;
using Actant.Tools;

namespace Actant.HttpTools;

/// <summary>Sends messages to Slack, as a definition describes it. Slack takes no idempotency key, so nothing is ever sent twice.</summary>
internal sealed class SlackTool(ToolDefinition definition, SlackSettings settings, EgressGuard guard, ISecretSource secrets, TimeProvider time) : Tool
{
    private const int LongestText = 40_000;
    private const int LongestExcerpt = 300;
    private const long PresetWaitMs = 30_000;

    // Slack says of these that some of it may have been done.
    private static readonly string[] s_unclear = ["fatal_error", "internal_error", "request_timeout", "team_added_to_org"];
    private readonly HttpExchange _exchange = new(guard, time);

    public override string Name => definition.Name;

    public override string Description => definition.Description.Length > 0 ? definition.Description : "Sends a message to Slack.";

    public override ToolClass Class => ToolClass.Unsafe;

    public override string Version { get; } =
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(definition.Config!.Value, HttpToolJson.Default.JsonElement)).AsSpan(0, 4));

    public override ToolLimits Limits => definition.Limits ?? base.Limits;

    public override JsonElement Parameters { get; } = SchemaOf(settings);

    public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        // Where a webhook leads stands in the secret, so its hosts are looked at when that is known.
        var (found, refusal) = await ToolSecrets.FindAsync(secrets, call.Context.Thread.Tenant, Name, [settings.Secret], settings.IsWebhook ? null : settings.Url, cancellationToken);
        if (found is null)
        {
            return refusal!;
        }

        var secret = found.Values[settings.Secret];
        var url = settings.IsWebhook ? secret.Reveal().Trim() : settings.Url;
        if (settings.IsWebhook && !secret.MayGoTo(url))
        {
            return ToolResult.NotDone(SecretErrors.NotForHost, $"The secret '{settings.Secret}' of '{Name}' is no address of a webhook, or not for its host; an operator can mend it.");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = ContentOf(call.Arguments) };
            if (!settings.IsWebhook && (HeaderRules.WhyNotValue(secret.Reveal()) is not null || !request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret.Reveal()}")))
            {
                return ToolResult.NotDone(SecretErrors.NotForHost, $"The secret '{settings.Secret}' of '{Name}' is no token.");
            }

            var caller = new EgressCaller(call.Context.Thread.Tenant, $"tool:{Name}", call.Context.Execution);
            var answer = await _exchange.SendAsync(request, caller, new EgressLimits { FollowRedirects = false, IsUnsafe = true }, Timeout.InfiniteTimeSpan, cancellationToken);
            return Judge(answer, found.Scrubber);
        }
        catch (Exception exception) when (exception is UriFormatException or FormatException or InvalidOperationException)
        {
            return ToolResult.NotDone(SecretErrors.NotForHost, $"The secret '{settings.Secret}' of '{Name}' is no address of a webhook; an operator can mend it.");
        }
        catch (EgressException exception) when (HttpExchange.IsOutcomeUnknown(exception))
        {
            throw new ToolOutcomeUnknownException(found.Scrubber.Scrub(exception.Message));
        }
        catch (EgressException exception)
        {
            var failure = exception.Failure with { Message = found.Scrubber.Scrub(exception.Message) };
            return exception.RequestLeft ? ToolResult.Failed(failure) : ToolResult.NotDone(failure);
        }
    }

    private ToolResult Judge(HttpAnswer answer, SecretScrubber scrubber)
    {
        if (answer.Status is 429)
        {
            return Limited(answer);
        }

        if (answer.Status is 503)
        {
            return ToolResult.NotDone(new Failure { Code = HttpErrors.Status, Message = "Slack answered with status 503.", Transient = true, RetryAfterMs = (long?)answer.RetryAfter?.TotalMilliseconds });
        }

        if (answer.Status >= 500)
        {
            throw new ToolOutcomeUnknownException($"Slack answered with status {answer.Status}.");
        }

        if (settings.IsWebhook)
        {
            var text = answer.ReadText() ?? "";
            return answer.IsSuccess ? ToolResult.Succeeded(JsonElement.Parse("""{"ok":true}""")) : Refused(text.Length > 0 ? Excerpt(scrubber.Scrub(text)) : $"status {answer.Status}");
        }

        // Slack says most of its errors with status 200.
        if (answer.ReadJson() is not { ValueKind: JsonValueKind.Object } said || !said.TryGetProperty("ok", out var ok))
        {
            return answer.IsSuccess ? throw new ToolOutcomeUnknownException("Slack answered with what is none of its answers.") : Refused($"status {answer.Status}");
        }

        if (ok.ValueKind == JsonValueKind.True)
        {
            return ToolResult.Succeeded(scrubber.Scrub(OutputOf(said)));
        }

        var error = said.TryGetProperty("error", out var code) && code.ValueKind == JsonValueKind.String ? Excerpt(scrubber.Scrub(code.GetString()!)) : "no code";
        return s_unclear.Contains(error) ? throw new ToolOutcomeUnknownException($"Slack answered with `{error}`.")
            : error is "ratelimited" or "rate_limited" or "message_limit_exceeded" ? Limited(answer)
            : error is "service_unavailable" or "accesslimited" ? ToolResult.NotDone(SlackErrors.Refused, $"Slack refused the message: {error}.", transient: true)
            : Refused(error);
    }

    private static ToolResult Limited(HttpAnswer answer) => ToolResult.NotDone(new Failure
    {
        Code = SlackErrors.RateLimited,
        Message = "Slack wants fewer messages.",
        Transient = true,
        RetryAfterMs = (long?)answer.RetryAfter?.TotalMilliseconds ?? PresetWaitMs,
    });

    private static ToolResult Refused(string why) => ToolResult.NotDone(SlackErrors.Refused, $"Slack refused the message: {why}.");

    private static string Excerpt(string text) => text.Length <= LongestExcerpt ? text : $"{text[..LongestExcerpt]}…";

    /// <summary>Where the message stands, which is what an answer in its thread needs.</summary>
    private static JsonElement OutputOf(JsonElement said)
    {
        var output = new JsonObject { ["ok"] = true };
        foreach (var name in (ReadOnlySpan<string>)["channel", "ts"])
        {
            if (said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && StorableJson.IsWhole(value))
            {
                output[name] = value.GetString();
            }
        }

        return JsonSerializer.SerializeToElement(output, ChatJson.Options);
    }

    private ByteArrayContent ContentOf(JsonElement arguments)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (!settings.IsWebhook)
            {
                writer.WriteString("channel", arguments.TryGetProperty("channel", out var channel) ? channel.GetString() : settings.Channels[0]);
            }

            // `<!channel>`, `<!here>`, `<!everyone>` and groups ring at everybody.
            var text = arguments.GetProperty("text").GetString()!;
            writer.WriteString("text", settings.MayCallAll ? text : text.Replace("<!", "&lt;!", StringComparison.Ordinal));
            if (arguments.TryGetProperty("thread_ts", out var thread))
            {
                writer.WriteString("thread_ts", thread.GetString());
            }

            writer.WriteEndObject();
        }

        return new ByteArrayContent(buffer.WrittenSpan.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };
    }

    private static JsonElement SchemaOf(SlackSettings settings)
    {
        var properties = new JsonObject
        {
            ["text"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = LongestText, ["description"] = "The message, in Slack's mrkdwn." },
            ["thread_ts"] = new JsonObject { ["type"] = "string", ["pattern"] = @"^\d{1,20}\.\d{1,20}$", ["description"] = "The `ts` of the message that this one answers, in its thread." },
        };
        var required = new JsonArray("text");
        if (settings.Channels.Count > 0)
        {
            properties["channel"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. settings.Channels.Select(static channel => (JsonNode)channel)]) };
            if (settings.Channels.Count > 1)
            {
                required.Add("channel");
            }
        }

        return JsonSerializer.SerializeToElement(
            new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false }, ChatJson.Options);
    }
}
