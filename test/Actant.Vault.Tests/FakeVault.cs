using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Actant.Vault.Tests;

/// <summary>A Vault as its HTTP interface behaves: Kubernetes login, tokens that end, KV of version 2, seals.</summary>
internal sealed class FakeVault : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HashSet<string> _tokens = [];
    private int _lastToken;

    private FakeVault(WebApplication app) => _app = app;

    /// <summary>Paths that the policy does not allow, whether there is something or not.</summary>
    public HashSet<string> Denied { get; } = new(StringComparer.Ordinal);

    /// <summary>Paths whose newest version was deleted.</summary>
    public HashSet<string> Deleted { get; } = new(StringComparer.Ordinal);

    /// <summary>A rate limit quota is used up.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Where it sends whoever comes, as a standby does that does not forward.</summary>
    public Uri? Active { get; set; }

    public Uri Address => new(_app.Urls.First());

    /// <summary>The fields of secrets by path, as <c>agent-executor/postgres</c>.</summary>
    public Dictionary<string, Dictionary<string, object>> Secrets { get; } = new(StringComparer.Ordinal);

    public string Role { get; set; } = "agent-executor";

    public bool IsSealed { get; set; }

    public bool IsRenewable { get; set; } = true;

    public int LeaseSeconds { get; set; } = 3600;

    public TimeSpan Delay { get; set; }

    public int Logins { get; private set; }

    public int Renewals { get; private set; }

    public int Reads { get; private set; }

    /// <summary>The users that the database engine made, each reading another one, with what is left of the leases.</summary>
    public ConcurrentDictionary<string, (string Token, int Renewals)> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>How long a lease of the engine is good, and what each renewal gives: less and less where its longest life is near.</summary>
    public Func<int, int> LeaseOfMade { get; set; } = static _ => 3600;

    public bool MadeAreRenewable { get; set; } = true;

    public static async Task<FakeVault> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var vault = new FakeVault(app);
        app.Run(vault.AnswerAsync);
        await app.StartAsync();
        return vault;
    }

    /// <summary>All tokens end, as after a revocation.</summary>
    public void Expire()
    {
        _tokens.Clear();
        Made.Clear();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        await Task.Delay(Delay, TimeProvider.System, context.RequestAborted);
        if (IsSealed)
        {
            await WriteAsync(context, 503, new { errors = new[] { "Vault is sealed" } });
            return;
        }

        var path = context.Request.Path.Value!;
        if (IsBusy)
        {
            context.Response.Headers.RetryAfter = "2";
            await WriteAsync(context, 429, new { errors = new[] { $"request path \"{path}\": rate limit quota exceeded" } });
            return;
        }

        if (Active is { } active)
        {
            context.Response.Headers.Location = new Uri(active, path).AbsoluteUri;
            await WriteAsync(context, 307, new { errors = Array.Empty<string>() });
            return;
        }

        if (path == "/v1/auth/kubernetes/login")
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            if (body.RootElement.GetProperty("role").GetString() != Role)
            {
                await WriteAsync(context, 400, new { errors = new[] { $"invalid role name \"{body.RootElement.GetProperty("role").GetString()}\"" } });
            }
            else if (body.RootElement.GetProperty("jwt").GetString() != "service-account")
            {
                await WriteAsync(context, 403, new { errors = new[] { "permission denied" } });
            }
            else
            {
                Logins++;
                await GiveAsync(context);
            }

            return;
        }

        var token = context.Request.Headers["X-Vault-Token"].ToString();
        if (!_tokens.Contains(token))
        {
            await WriteAsync(context, 403, new { errors = new[] { "permission denied" } });
        }
        else if (path == "/v1/auth/token/renew-self")
        {
            Renewals++;
            await GiveAsync(context, token);
        }
        else if (path == "/v1/database/creds/agent")
        {
            var user = $"v-agent-{Made.Count + 1}";
            Made[user] = (token, 0);
            await WriteAsync(context, 200, new { lease_id = $"database/creds/agent/{user}", lease_duration = LeaseOfMade(0), renewable = MadeAreRenewable, data = new { username = user, password = $"p-{user}" } });
        }
        else if (path == "/v1/sys/leases/renew")
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var id = body.RootElement.GetProperty("lease_id").GetString()!;
            var user = id[(id.LastIndexOf('/') + 1)..];
            if (!MadeAreRenewable || !Made.TryGetValue(user, out var lease))
            {
                await WriteAsync(context, 400, new { errors = new[] { "lease not found or lease is not renewable" } });
                return;
            }

            Made[user] = lease with { Renewals = lease.Renewals + 1 };
            await WriteAsync(context, 200, new { lease_id = id, lease_duration = LeaseOfMade(lease.Renewals + 1), renewable = true });
        }
        else if (Denied.Contains(path["/v1/".Length..]))
        {
            Reads++;
            await WriteAsync(context, 403, new { errors = new[] { "1 error occurred:\n\t* permission denied\n\n" } });
        }
        else if (Deleted.Contains(path["/v1/".Length..]))
        {
            Reads++;
            await WriteAsync(context, 404, new { lease_duration = 0, renewable = false, data = new { data = (object?)null, metadata = new { version = 3, deletion_time = "2026-02-01T00:00:00Z", destroyed = false } } });
        }
        else if (path.StartsWith("/v1/secret/data/", StringComparison.Ordinal) && Secrets.TryGetValue(path["/v1/secret/data/".Length..], out var fields))
        {
            Reads++;
            await WriteAsync(context, 200, new { lease_duration = 0, renewable = false, data = new { data = fields, metadata = new { version = 1, deletion_time = "", destroyed = false } } });
        }
        else
        {
            Reads++;
            await WriteAsync(context, 404, new { errors = Array.Empty<string>() });
        }
    }

    private Task GiveAsync(HttpContext context, string? renewed = null)
    {
        var token = renewed ?? $"hvs.{++_lastToken}";
        _tokens.Add(token);
        return WriteAsync(context, 200, new { auth = new { client_token = token, lease_duration = LeaseSeconds, renewable = IsRenewable, policies = new[] { "default" } } });
    }

    private static Task WriteAsync(HttpContext context, int status, object body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body);
    }
}
