using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Actant.Egress;

namespace Actant.Vault;

/// <summary>The few requests of Vault's HTTP interface that are needed.</summary>
internal sealed class VaultClient : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;
    private const double ChangeAfter = 2.0 / 3;
    private const int MostRedirects = 2;
    private const long LongestLease = 10L * 365 * 24 * 3600;

    private readonly VaultOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public VaultClient(VaultOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        (_options, _time) = (options, time);
        _http = new HttpClient(handler ?? EgressGuard.Default.CreateEndpointHandler(TlsOf(options.Authorities)), disposeHandler: handler is null) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    }

    /// <summary>Logs in with the ServiceAccount's token.</summary>
    /// <exception cref="VaultException">It is refused, or nobody answers.</exception>
    public Task<VaultToken> LoginAsync(CancellationToken cancellationToken) => VaultSpan.InAsync("vault login", isOwn: true, () => LogInAsync(cancellationToken));

    /// <summary>Renews a token.</summary>
    /// <exception cref="VaultException">It is refused, or nobody answers.</exception>
    public Task<VaultToken> RenewAsync(VaultToken token, CancellationToken cancellationToken) => VaultSpan.InAsync("vault renew token", isOwn: true, async () =>
    {
        using var answer = await SendAsync(HttpMethod.Post, "auth/token/renew-self", token.Value, "{}"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        return TokenOf(answer, token);
    });

    /// <summary>Has an engine make credentials.</summary>
    /// <exception cref="VaultException">They are refused, or nobody answers.</exception>
    public Task<VaultLease> MakeAsync(VaultToken token, string path, CancellationToken cancellationToken) => VaultSpan.InAsync($"vault read {path}", isOwn: true, async () =>
    {
        using var answer = await SendAsync(HttpMethod.Get, path, token.Value, null, cancellationToken).ConfigureAwait(false);
        return answer.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
            ? LeaseOf(answer, FieldsOf(data))
            : throw new VaultException($"what Vault answers for `{path}` has no credentials in it: Actant:Vault:DatabasePath names where an engine makes them");
    });

    /// <summary>Renews the lease of such credentials.</summary>
    /// <exception cref="VaultException">It is refused, or nobody answers.</exception>
    public Task<VaultLease> RenewAsync(VaultToken token, VaultLease lease, CancellationToken cancellationToken) => VaultSpan.InAsync("vault renew lease", isOwn: true, async () =>
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["lease_id"] = lease.Id! }, VaultJson.Default.DictionaryStringString);
        using var answer = await SendAsync(HttpMethod.Post, "sys/leases/renew", token.Value, body, cancellationToken).ConfigureAwait(false);
        return LeaseOf(answer, lease.Fields);
    });

    /// <summary>The fields of a secret, <c>null</c> for those that are neither texts nor numbers; <c>null</c> where there is none, or it was deleted.</summary>
    /// <exception cref="VaultException">It may not be read, or nobody answers.</exception>
    public Task<IReadOnlyDictionary<string, string?>?> ReadAsync(VaultToken token, string path, CancellationToken cancellationToken) =>
        VaultSpan.InAsync($"vault read {(path.Contains("secrets/", StringComparison.Ordinal) ? "secrets" : path)}", isOwn: false, () => ReadFieldsAsync(token, path, cancellationToken));

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<VaultToken> LogInAsync(CancellationToken cancellationToken)
    {
        string jwt;
        try
        {
            jwt = (await File.ReadAllTextAsync(_options.TokenFile, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new VaultException("the ServiceAccount's token cannot be read: Actant:Vault:TokenFile names its file", 0, exception);
        }

        using var body = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("role", _options.Role);
            writer.WriteString("jwt", jwt);
            writer.WriteEndObject();
        }

        using var answer = await SendAsync(HttpMethod.Post, $"auth/{_options.AuthPath.Trim('/')}/login", null, body.ToArray(), cancellationToken).ConfigureAwait(false);
        return TokenOf(answer, null);
    }

    private async Task<IReadOnlyDictionary<string, string?>?> ReadFieldsAsync(VaultToken token, string path, CancellationToken cancellationToken)
    {
        JsonDocument answer;
        try
        {
            answer = await SendAsync(HttpMethod.Get, $"{_options.Mount.Trim('/')}/data/{_options.Prefix.Trim('/')}/{path}", token.Value, null, cancellationToken).ConfigureAwait(false);
        }
        catch (VaultException missing) when (missing.Status == 404)
        {
            return null;
        }

        using (answer)
        {
            if (!answer.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object
                || !data.TryGetProperty("data", out var fields) || fields.ValueKind != JsonValueKind.Object)
            {
                throw new VaultException($"what Vault answers for `{path}` is no secret of a KV engine of version 2: Actant:Vault:Mount names the engine");
            }

            return FieldsOf(fields);
        }
    }

    private VaultToken TokenOf(JsonDocument answer, VaultToken? before)
    {
        if (!answer.RootElement.TryGetProperty("auth", out var auth) || auth.ValueKind != JsonValueKind.Object)
        {
            throw new VaultException("Vault's answer to the login has no token");
        }

        var value = auth.TryGetProperty("client_token", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : before?.Value;
        var length = LengthOf(auth);
        return new VaultToken(value ?? throw new VaultException("Vault's answer to the login has no token"), IsRenewable(auth), ChangeAt(length));
    }

    private VaultLease LeaseOf(JsonDocument answer, IReadOnlyDictionary<string, string?> fields)
    {
        var (root, length) = (answer.RootElement, LengthOf(answer.RootElement));
        var id = root.TryGetProperty("lease_id", out var given) && given.ValueKind == JsonValueKind.String && given.GetString() is { Length: > 0 } text ? text : null;
        return new VaultLease(fields, id, IsRenewable(root), length, ChangeAt(length));
    }

    private DateTimeOffset? ChangeAt(TimeSpan length) => length > TimeSpan.Zero ? _time.GetUtcNow() + (length * ChangeAfter) : null;

    private static bool IsRenewable(JsonElement lease) => lease.TryGetProperty("renewable", out var renewable) && renewable.ValueKind == JsonValueKind.True;

    private static TimeSpan LengthOf(JsonElement lease) =>
        lease.TryGetProperty("lease_duration", out var length) && length.ValueKind == JsonValueKind.Number && length.TryGetInt64(out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestLease))
            : TimeSpan.Zero;

    // Values that were taken from files end as lines do.
    private static Dictionary<string, string?> FieldsOf(JsonElement data) => data.EnumerateObject().ToDictionary(
        static field => field.Name,
        static field => field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? field.Value.ToString().TrimEnd('\r', '\n') : null,
        StringComparer.Ordinal);

    private async Task<JsonDocument> SendAsync(HttpMethod method, string path, string? token, byte[]? body, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var address = new Uri($"{_options.Address.AbsoluteUri.TrimEnd('/')}/v1/{path}");
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                using var request = Request(method, address, token, body);
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                if (redirects < MostRedirects && ActiveNode(address, response) is { } active)
                {
                    address = active;
                    continue;
                }

                var answer = await ReadBodyAsync(response, either.Token).ConfigureAwait(false);
                return response.IsSuccessStatusCode ? answer ?? throw new VaultException("Vault's answer is no JSON") : throw Refused(response, path, answer);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VaultException($"no answer within {_options.Timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException exception) when (exception is { HttpRequestError: HttpRequestError.SecureConnectionError } or { InnerException: AuthenticationException })
        {
            throw new VaultException("TLS does not come about, or its certificate is not trusted: Actant:Vault:CaFile (VAULT_CACERT) names who signed it", 0, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new VaultException("no connection", 0, exception);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address, string? token, byte[]? body)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Add("X-Vault-Request", "true");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Vault-Token", token);
        }

        if (_options.Namespace is { } space)
        {
            request.Headers.TryAddWithoutValidation("X-Vault-Namespace", space);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return request;
    }

    /// <summary>Where a standby sends to, as Vault's own clients follow it: with the token, so never from TLS to none.</summary>
    private static Uri? ActiveNode(Uri address, HttpResponseMessage response) =>
        (int)response.StatusCode is 307 or 308 && response.Headers.Location is { } location && new Uri(address, location) is { UserInfo: "" } active
        && (active.Scheme == Uri.UriSchemeHttps || active.Scheme == address.Scheme) ? active : null;

    private static SslClientAuthenticationOptions TlsOf(X509Certificate2Collection? authorities)
    {
        var tls = new SslClientAuthenticationOptions();
        if (authorities is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
            tls.CertificateChainPolicy.ExtraStore.AddRange(authorities);
        }

        return tls;
    }

    private static async Task<JsonDocument?> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[64 * 1024];
        using var body = new MemoryStream();
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            await body.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            if (body.Length > LargestAnswer)
            {
                throw new VaultException($"Vault's answer has more than {LargestAnswer} bytes");
            }
        }

        try
        {
            return JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), JsonLimits.Value);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a status means; Vault's own words too, which may be none.</summary>
    private static VaultException Refused(HttpResponseMessage response, string path, JsonDocument? answer)
    {
        var (status, said) = ((int)response.StatusCode, SaidIn(answer));
        var isLogin = path.StartsWith("auth/", StringComparison.Ordinal);
        var meaning = status switch
        {
            307 or 308 => "it is a standby that sends elsewhere; name the active node's address",
            400 when isLogin => "the request is refused: look at Actant:Vault:Role and AuthPath",
            400 => $"the request to `{path}` is refused",
            403 when isLogin => "permission denied: the token, the role or its policy",
            403 => $"permission denied at `{path}`: the token or its policy",
            404 => $"there is nothing at `{path}`",
            429 when response.Headers.RetryAfter is not null || said.Contains("quota", StringComparison.OrdinalIgnoreCase) => "too many requests for its rate limit",
            429 or 472 or 473 => "it is a standby",
            501 => "it is not initialised",
            503 => "it is sealed or in maintenance",
            _ => string.Create(CultureInfo.InvariantCulture, $"status {status}"),
        };
        return new VaultException(said.Length == 0 ? meaning : $"{meaning} ({said})", status);
    }

    /// <summary>Vault's own words without the headings and the stars of its lists.</summary>
    private static string SaidIn(JsonDocument? answer)
    {
        using (answer)
        {
            if (answer is not { RootElement.ValueKind: JsonValueKind.Object } || !answer.RootElement.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array)
            {
                return "";
            }

            var said = string.Join("; ", errors.EnumerateArray().SelectMany(static error => error.ToString().Split('\n')).Select(static line => line.Trim(' ', '\t', '\r', '*'))
                .Where(static line => line.Length > 0 && !line.EndsWith("occurred:", StringComparison.Ordinal)));
            return said.Length > 300 ? said[..300] : said;
        }
    }
}
