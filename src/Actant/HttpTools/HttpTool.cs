using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Egress;
using Actant.Secrets;
using Actant.Tools;
using Microsoft.Extensions.AI;

namespace Actant.HttpTools;

/// <summary>An HTTP service as a tool, as a definition describes it.</summary>
internal sealed class HttpTool(ToolDefinition definition, HttpToolSettings settings, EgressGuard guard, ISecretSource secrets, TimeProvider time) : Tool
{
    private const int LongestExcerpt = 300;
    private readonly HttpExchange _exchange = new(guard, time);

    public override string Name => definition.Name;

    public override string Description => definition.Description;

    /// <summary>What the author knows of the service; else what the method promises.</summary>
    public override ToolClass Class => definition.SideEffects ?? (settings.Method is "POST" or "PATCH" ? ToolClass.Unsafe : ToolClass.Idempotent);

    public override string Version { get; } =
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(definition.Config!.Value, HttpToolJson.Default.JsonElement)).AsSpan(0, 4));

    public override ToolLimits Limits => definition.Limits ?? base.Limits;

    public override JsonElement Parameters { get; } = definition.Parameters ?? settings.PresetParameters();

    public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (used, refusal) = await ToolSecrets.FindAsync(
            secrets, call.Context.Thread.Tenant, Name, settings.Secrets.Select(static secret => secret.Name), settings.Url.Sample, cancellationToken);
        return used is null ? refusal! : await InvokeAsync(call, used.Values, used.Scrubber, cancellationToken);
    }

    private async ValueTask<ToolResult> InvokeAsync(
        ToolCall call, IReadOnlyDictionary<string, Secret> used, SecretScrubber scrubber, CancellationToken cancellationToken)
    {
        try
        {
            using var request = HttpToolRequest.Of(settings, call.Arguments, used);
            HttpExchange.AddIdempotencyKey(request, call);
            var caller = new EgressCaller(call.Context.Thread.Tenant, $"tool:{Name}", call.Context.Execution);
            var limits = new EgressLimits { FollowRedirects = settings.FollowRedirects, IsUnsafe = Class == ToolClass.Unsafe };

            // The gate keeps the time-out.
            var answer = await _exchange.SendAsync(request, caller, limits, Timeout.InfiniteTimeSpan, cancellationToken);
            return answer.IsSuccess ? Select(answer, scrubber) : Refuse(answer, scrubber);
        }
        catch (HttpArgumentException exception)
        {
            return ToolResult.Failed(ToolErrors.InvalidArguments, scrubber.Scrub(exception.Message));
        }
        catch (EgressException exception) when (HttpExchange.IsOutcomeUnknown(exception))
        {
            throw new ToolOutcomeUnknownException(scrubber.Scrub(exception.Message));
        }
        catch (EgressException exception)
        {
            var failure = exception.Failure with { Message = scrubber.Scrub(exception.Message) };
            return exception.RequestLeft ? ToolResult.Failed(failure) : ToolResult.NotDone(failure);
        }
    }

    private ToolResult Select(HttpAnswer answer, SecretScrubber scrubber)
    {
        var read = answer.ReadJson();
        if (read is { } told && !StorableJson.IsWhole(told))
        {
            return ToolResult.Failed(HttpErrors.UnexpectedAnswer, "The service was called and answered with JSON that cannot be read: it holds half of a surrogate pair.");
        }

        if (settings.Pointer.Length == 0 && !settings.HasParts)
        {
            return read is { } whole ? ToolResult.Succeeded(scrubber.Scrub(whole))
                : answer.ReadText() is { } text ? ToolResult.Succeeded(scrubber.Scrub(text))
                : SelectMedia(answer, scrubber);
        }

        return read is not { } json
            ? ToolResult.Failed(HttpErrors.UnexpectedAnswer, "The service was called and did not answer in JSON, which its definition selects a part of.")
            : AnswerPointer.Find(json, settings.Pointer) is { } part ? settings.HasParts ? ToolResult.OfParts(scrubber.Scrub(part)) : ToolResult.Succeeded(scrubber.Scrub(part))
            : ToolResult.Failed(HttpErrors.UnexpectedAnswer, $"The service was called, and its answer has nothing at {settings.Pointer}.");
    }

    /// <summary>Pictures, sound and documents become a part of the result. What holds a secret in the clear is kept back.</summary>
    private static ToolResult SelectMedia(HttpAnswer answer, SecretScrubber scrubber)
    {
        var type = answer.ContentType?.MediaType?.ToLowerInvariant() ?? "";
        var isMedia = type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal) || type == "application/pdf";
        if (!isMedia)
        {
            return ToolResult.Failed(HttpErrors.UnexpectedAnswer, $"The service was called and answered with {answer.Body.Length} bytes of {type}, which is no text, image, audio or PDF.");
        }

        var bytes = Encoding.Latin1.GetString(answer.Body);
        return scrubber.Scrub(bytes) == bytes
            ? ToolResult.OfParts([new DataContent(answer.Body, type)])
            : ToolResult.Failed(HttpErrors.UnexpectedAnswer, $"The service was called and answered with {type} that holds a secret.");
    }

    private ToolResult Refuse(HttpAnswer answer, SecretScrubber scrubber)
    {
        var excerpt = scrubber.Scrub(answer.ReadText() ?? "");
        excerpt = excerpt.Length <= LongestExcerpt ? excerpt : $"{excerpt[..LongestExcerpt]}…";
        var message = $"The service answered with status {answer.Status}{(excerpt.Length > 0 ? $": {excerpt}" : ".")}";

        if (answer.Status is 307 or 308 && Class == ToolClass.Unsafe)
        {
            message += " It wants the call to be made elsewhere, and a call that may be made once only is not made twice: correct the URL of the tool.";
        }

        // A gateway that gave up does not know whether the service behind it did it; nor does what a redirect led to.
        if (answer.Status is 502 or 504 || (answer.IsElsewhere && Class == ToolClass.Unsafe))
        {
            throw new ToolOutcomeUnknownException(message);
        }

        var failure = new Failure
        {
            Code = HttpErrors.Status,
            Message = message,
            Transient = answer.Status is 429 or 503 || (answer.Status is 408 or 500 && Class != ToolClass.Unsafe),
            RetryAfterMs = (long?)answer.RetryAfter?.TotalMilliseconds,
        };

        // What a redirect led to only says that it itself did nothing.
        return answer.Status is 429 or 503 && !answer.IsElsewhere ? ToolResult.NotDone(failure) : ToolResult.Failed(failure);
    }
}
