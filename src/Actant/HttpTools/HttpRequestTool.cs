using System.Text.Json;
using Actant.Definitions;
using Actant.Egress;
using Actant.Tools;

namespace Actant.HttpTools;

/// <summary>
/// <c>http_request</c>: a model calls any address that the operator's policy lets out. Unsafe as a whole, because a model may choose
/// POST; idempotent where a definition restricts its methods to GET, HEAD, OPTIONS, PUT and DELETE. See <c>docs/egress.md</c>.
/// </summary>
public sealed class HttpRequestTool : Tool, IConfigurableTool
{
    private const double PresetTimeout = 30;
    private const double LongestTimeout = 300;

    private readonly EgressGuard _guard;
    private readonly TimeProvider _time;
    private readonly HttpExchange _exchange;
    private readonly HttpRequestSettings _settings;

    /// <summary>The tool with all methods, bounded by the guard's policy alone.</summary>
    /// <param name="guard">The way out.</param>
    /// <param name="time">The clock of time-outs.</param>
    public HttpRequestTool(EgressGuard guard, TimeProvider time)
        : this(guard, time, new HttpRequestSettings())
    {
    }

    private HttpRequestTool(EgressGuard guard, TimeProvider time, HttpRequestSettings settings)
    {
        _guard = guard;
        _time = time;
        _exchange = new HttpExchange(guard, time);
        _settings = settings;
        Parameters = HttpRequestSchema.Of(settings.Methods);
    }

    /// <inheritdoc />
    public override string Name => HttpFields.RequestTool;

    /// <inheritdoc />
    public override string Description =>
        "Sends an HTTP request and returns the answer's status, headers and body. An error status is an answer too: look at status_code.";

    /// <inheritdoc />
    public override ToolClass Class => _settings.Methods.All(method => method is not ("POST" or "PATCH")) ? ToolClass.Idempotent : ToolClass.Unsafe;

    /// <inheritdoc />
    public override string Version => "1";

    /// <inheritdoc />
    public override ToolLimits Limits { get; } = new() { Timeout = TimeSpan.FromSeconds(LongestTimeout) };

    /// <inheritdoc />
    public override JsonElement Parameters { get; }

    /// <inheritdoc />
    public Tool? Configure(JsonElement config, ICollection<DefinitionProblem> problems) =>
        HttpRequestSettings.Read(config, problems) is { } settings ? new HttpRequestTool(_guard, _time, settings) : null;

    /// <inheritdoc />
    public override async ValueTask<ToolResult> InvokeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Arguments;
        var limits = new EgressLimits
        {
            AllowedDomains = _settings.AllowedDomains,
            FollowRedirects = !arguments.TryGetProperty("follow_redirects", out var follow) || follow.GetBoolean(),
            MaxRedirects = arguments.TryGetProperty("max_redirects", out var most) ? (int)most.GetDouble() : 5,
            VerifyTls = !arguments.TryGetProperty("verify_ssl", out var verify) || verify.GetBoolean(),
        };
        var seconds = arguments.TryGetProperty("timeout", out var timeout) ? timeout.GetDouble() : PresetTimeout;
        var caller = new EgressCaller(call.Context.Thread.Tenant, "tool:http_request", call.Context.Execution);
        HttpMethod? method = null;
        try
        {
            using var request = HttpRequestArguments.ToRequest(arguments);
            method = request.Method;
            HttpExchange.AddIdempotencyKey(request, call);
            limits = limits with { IsUnsafe = IsUnsafe(method) };
            var answer = await _exchange.SendAsync(request, caller, limits, TimeSpan.FromSeconds(seconds), cancellationToken);
            return ToolResult.Succeeded(HttpRequestOutput.Of(answer));
        }
        catch (HttpArgumentException exception)
        {
            return ToolResult.Failed(ToolErrors.InvalidArguments, exception.Message);
        }
        catch (EgressException exception) when (HttpExchange.IsOutcomeUnknown(exception) && IsUnsafe(method))
        {
            throw new ToolOutcomeUnknownException(exception.Message, exception);
        }
        catch (EgressException exception)
        {
            return exception.RequestLeft ? ToolResult.Failed(exception.Failure) : ToolResult.NotDone(exception.Failure);
        }
    }

    private static bool IsUnsafe(HttpMethod? method) => method == HttpMethod.Post || method == HttpMethod.Patch;
}
