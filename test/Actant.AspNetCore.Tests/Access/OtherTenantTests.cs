using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Actant.AspNetCore.Tests.Deliveries;
using Actant.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Actant.AspNetCore.Tests.Access;

/// <summary>Every endpoint that names something, asked for what belongs to another tenant: the answer betrays nothing.</summary>
[Trait("Row", "S6")]
public sealed class OtherTenantTests
{
    private static readonly Dictionary<string, string> s_bodies = new(StringComparer.Ordinal)
    {
        ["execute"] = """{"input": "What is 1 + 1?"}""",
        ["test"] = """{"input": "What is 1 + 1?"}""",
        ["resume"] = """{"answer": true}""",
        ["fork"] = """{"position": 1}""",
        ["rewind"] = """{"position": 1}""",
        ["erase"] = """{"positions": [1]}""",
        ["state"] = """{"operations": [{"op": "set", "key": "a", "value": 1}]}""",
        ["check"] = """{"name": "x", "model": "calculator"}""",
        ["PUT"] = """{"name": "x", "model": "calculator"}""",
        ["PATCH"] = """{"description": "x"}""",
        ["{label}"] = """{"version": 1}""",
    };

    [Fact]
    public async Task Endpoints_IdsOfAnotherTenant_AnswerAsIdsOfNobody()
    {
        var calls = new ConcurrentQueue<string>();
        var store = new StoreFaults
        {
            Fault = method =>
            {
                // How much the caller's own tenant has stored is counted now and then, whoever's thing is asked for.
                if (method.DeclaringType != typeof(IActantStore) && method.Name != nameof(ITenantStore.MeasureAsync))
                {
                    calls.Enqueue(method.Name);
                }

                return null;
            },
        };
        await using var server = await HttpServer.StartAsync(store.Store);
        var admin = await MakeKeyAsync(server, null, "");
        var (other, ids) = (await MakeKeyAsync(server, admin, """, "tenant_id": "other" """), await MakeThingsAsync(server, admin));
        var tried = 0;

        // The key itself is looked up once.
        using var first = await SendAsync(server, other, "GET", "/api/v1/agents", null);
        foreach (var route in server.Routes.Where(route => route.RoutePattern.Parameters.Count > 0))
        {
            var pattern = route.RoutePattern.RawText!;
            foreach (var method in route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods)
            {
                var kind = pattern.Split('/')[3];
                var (theirs, nobodys) = ids[kind];
                var known = await AskAsync(server, other, method, pattern, theirs, calls);
                var unknown = await AskAsync(server, other, method, pattern, nobodys, calls);

                Assert.True(known == unknown, $"{method} {pattern}\n{known}\n{unknown}");

                // Of a subject all is erased that there is, if only nothing.
                Assert.Contains(kind == "subjects" ? """200 {"threads_deleted":0}""" : "404", known, StringComparison.Ordinal);
                tried++;
            }
        }

        Assert.InRange(tried, 20, 100);
    }

    /// <summary>Something of each kind that the first tenant has, and an id of the same form that nobody has.</summary>
    private static async Task<Dictionary<string, (string Theirs, string Nobodys)>> MakeThingsAsync(HttpServer server, string admin)
    {
        using var agent = await SendAsync(server, admin, "POST", "/api/v1/agents", """{"name": "mine", "model": "calculator"}""");
        using var run = await SendAsync(server, admin, "POST", "/api/v1/agents/mine/execute", """{"input": "What is 1 + 1?", "thread_id": "talk", "subject": "ann"}""");
        var token = await HttpServer.JsonAsync(await SendAsync(server, admin, "POST", "/api/v1/tokens", """{"name": "x", "role": "viewer"}"""));
        Assert.Equal(HttpStatusCode.OK, run.StatusCode);
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = static context => Task.FromResult(context.Response.StatusCode = StatusCodes.Status410Gone);
        using var told = await SendAsync(server, admin, "POST", "/api/v1/agents/mine/execute", $$"""{"input": "What is 1 + 1?", "callback_url": "{{receiver.Url}}"}""");
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        await receiver.Requests.NextAsync();
        string? delivery = null;
        while (delivery is null)
        {
            using var list = await SendAsync(server, admin, "GET", "/api/v1/deliveries?status=dead", null);
            delivery = (await HttpServer.JsonAsync(list)).GetProperty("deliveries").EnumerateArray().Select(static item => item.GetProperty("delivery_id").GetString()).FirstOrDefault();
        }

        return new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["agents"] = ("mine", "none"),
            ["executions"] = ((await HttpServer.JsonAsync(run)).GetProperty("task_id").GetString()!, Guid.CreateVersion7().ToString()),
            ["threads"] = ("talk", "gone"),
            ["deliveries"] = (delivery, Guid.CreateVersion7().ToString()),
            ["subjects"] = ("ann", "nil"),
            ["tokens"] = (token.GetProperty("id").GetString()!, new string('0', token.GetProperty("id").GetString()!.Length)),
        };
    }

    /// <summary>The status, the body with the id taken out, and what the store was asked.</summary>
    private static async Task<string> AskAsync(HttpServer server, string key, string method, string pattern, string id, ConcurrentQueue<string> calls)
    {
        var last = pattern.Split('/')[^1];
        var path = pattern.Replace("{label}", "production", StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal).Replace("{name}", id, StringComparison.Ordinal);
        var body = method is "GET" or "DELETE" ? null : s_bodies.GetValueOrDefault(last) ?? (last.StartsWith('{') ? s_bodies.GetValueOrDefault(method) : null);
        calls.Clear();
        using var response = await SendAsync(server, key, method, path, body);
        var text = (await response.Content.ReadAsStringAsync()).Replace(id, "ID", StringComparison.Ordinal);
        return $"{(int)response.StatusCode} {text} [{string.Join(' ', calls)}]";
    }

    private static async Task<string> MakeKeyAsync(HttpServer server, string? by, string more)
    {
        using var response = await SendAsync(server, by, "POST", "/api/v1/tokens", $$"""{"name": "test", "role": "admin"{{more}}}""");
        return (await HttpServer.JsonAsync(response)).GetProperty("token").GetString()!;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpServer server, string? key, string method, string path, string? body)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return server.Client.SendAsync(request);
    }
}
