using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actant.Access;
using Actant.Egress;
using Microsoft.AspNetCore.Http;

namespace Actant.AspNetCore.Tests.Deliveries;

[Trait("Row", "X8")]
public sealed class WebhookTests
{
    private static readonly byte[] s_new = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private static readonly byte[] s_old = [.. Enumerable.Range(7, 24).Select(static i => (byte)i)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callback_HasTheDocumentThatTheApiShows_SignedWithTheTenantsKey()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys { ["webhook"] = $"whsec_{Convert.ToBase64String(s_new)}" });

        var id = await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "{{receiver.Url}}/hook"}""");
        var (path, headers, body) = await receiver.Requests.NextAsync();

        Assert.Equal("/hook", path);
        Assert.Equal(await server.Client.GetStringAsync($"/api/v1/executions/{id}", Token), Encoding.UTF8.GetString(body));
        Assert.Equal(("completed", "1", "application/json"), (headers["actant-event"], headers["actant-attempt"], headers["content-type"]));
        Assert.Equal(SignatureOf(s_new, headers, body), headers["webhook-signature"]);
    }

    [Fact]
    public async Task Secrets_SeveralAtOnce_AllSign()
    {
        await using var receiver = await Receiver.StartAsync();
        var keys = new Keys { ["both"] = $"whsec_{Convert.ToBase64String(s_new)}  {Convert.ToBase64String(s_old)}", ["one"] = Convert.ToBase64String(s_old) };
        await using var server = await HttpServer.StartAsync(secrets: keys);

        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "deliver_to": [{"url": "{{receiver.Url}}", "secret": ["secret://both", "secret://one"]}]}""");
        var (_, headers, body) = await receiver.Requests.NextAsync();

        var (first, second) = (SignatureOf(s_new, headers, body), SignatureOf(s_old, headers, body));
        Assert.Equal($"{first} {second} {second}", headers["webhook-signature"]);
    }

    [Fact]
    public async Task Secret_NoneThere_IsDeliveredUnsigned()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys());

        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "{{receiver.Url}}"}""");

        Assert.False((await receiver.Requests.NextAsync()).Headers.ContainsKey("webhook-signature"));
    }

    [Fact]
    public async Task Receiver_Fails_SameIdAndBodyComeAgain()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys());
        var answers = new Queue<int>([500, 404, 200]);
        receiver.Answer = context => Task.FromResult(context.Response.StatusCode = answers.Dequeue());

        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "{{receiver.Url}}"}""");
        var (_, first, body) = await receiver.Requests.NextAsync();
        var (_, second, same) = await receiver.Requests.NextAsync();
        var third = (await receiver.Requests.NextAsync()).Headers;

        Assert.Equal(["1", "2", "3"], [first["actant-attempt"], second["actant-attempt"], third["actant-attempt"]]);
        Assert.Equal((first["webhook-id"], first["webhook-id"]), (second["webhook-id"], third["webhook-id"]));
        Assert.Equal(body, same);
    }

    [Fact]
    public async Task Receiver_IsGone_DeadLetterIsListedAndSentAgain()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys());
        receiver.Answer = static context => Task.FromResult(context.Response.StatusCode = StatusCodes.Status410Gone);
        var id = await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "{{receiver.Url}}"}""");
        var first = (await receiver.Requests.NextAsync()).Headers["webhook-id"];

        var dead = await DeadAsync(server);
        receiver.Answer = static _ => Task.CompletedTask;
        using var resent = await server.PostAsync($"/api/v1/deliveries/{first}/resend", "{}");
        var again = (await receiver.Requests.NextAsync()).Headers;
        using var unknown = await server.PostAsync($"/api/v1/deliveries/{Guid.Empty}/resend", "");

        Assert.Equal((first, id, "completed", "dead", 1), (
            dead.GetProperty("delivery_id").GetString(), dead.GetProperty("execution_id").GetString(), dead.GetProperty("event").GetString(),
            dead.GetProperty("status").GetString(), dead.GetProperty("attempts").GetInt32()));
        Assert.Contains("410", dead.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, resent.StatusCode);
        Assert.Equal((first, "1"), (again["webhook-id"], again["actant-attempt"]));
        await HttpServer.AssertProblemAsync(unknown, 404, "delivery_not_found");
    }

    [Fact]
    public async Task Deliveries_AreForTheRolesThatMayAndForOneTenant()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys());
        receiver.Answer = static context => Task.FromResult(context.Response.StatusCode = StatusCodes.Status410Gone);
        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "{{receiver.Url}}"}""");
        var id = (await DeadAsync(server)).GetProperty("delivery_id").GetString();
        var admin = await TokenAsync(server, Role.Admin, TenantId.Default);
        var (viewer, runner, stranger) = (await TokenAsync(server, Role.Viewer, TenantId.Default), await TokenAsync(server, Role.Runner, TenantId.Default), await TokenAsync(server, Role.Admin, new TenantId("other")));

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, HttpMethod.Get, "/api/v1/deliveries", null));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, HttpMethod.Get, "/api/v1/deliveries", viewer));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(server, HttpMethod.Post, $"/api/v1/deliveries/{id}/resend", viewer));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(server, HttpMethod.Post, $"/api/v1/deliveries/{id}/resend", stranger));
        Assert.Equal(HttpStatusCode.Accepted, await AskAsync(server, HttpMethod.Post, $"/api/v1/deliveries/{id}/resend", runner));
        Assert.NotEmpty(admin);
    }

    [Fact]
    public async Task Receiver_Redirects_IsNotFollowed()
    {
        await using var elsewhere = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys());
        var tries = 0;
        receiver.Answer = context =>
        {
            if (++tries == 1)
            {
                context.Response.Redirect(elsewhere.Url);
            }

            return Task.CompletedTask;
        };

        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "{{receiver.Url}}"}""");
        await receiver.Requests.NextAsync();
        await receiver.Requests.NextAsync();

        Assert.Equal(0, elsewhere.Requests.Count);
    }

    [Fact]
    public async Task PrivateNetwork_IsRefusedWhenGivenAndWhenSent()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys(), egress: new EgressPolicy());
        var port = new Uri(receiver.Url).Port;

        using var refused = await server.PostAsync("/api/v1/executions", $$"""{"agent": "sums", "input": "x", "callback_url": "{{receiver.Url}}"}""");
        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "http://localhost:{{port}}/"}""");
        var dead = await DeadAsync(server);

        Assert.Contains("host_not_allowed", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.NotEmpty(dead.GetProperty("reason").GetString()!);
        Assert.Equal(0, receiver.Requests.Count);
    }

    [Fact]
    public async Task Answer_HasNoEnd_IsNotRead()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys());
        var closed = new TaskCompletionSource();
        receiver.Answer = async context =>
        {
            context.RequestAborted.Register(closed.SetResult);
            await context.Response.StartAsync();
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
            }
        };

        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "callback_url": "{{receiver.Url}}"}""");
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal(1, receiver.Requests.Count);
    }

    [Fact]
    public async Task Answer_IsLarge_IsASuccessAllTheSame()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await HttpServer.StartAsync(secrets: new Keys());
        receiver.Answer = static async context =>
        {
            context.Response.ContentLength = 8 * 1024 * 1024;
            await context.Response.Body.WriteAsync(new byte[8 * 1024 * 1024], context.RequestAborted);
        };

        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "t", "callback_url": "{{receiver.Url}}"}""");
        var (_, first, _) = await receiver.Requests.NextAsync();
        await server.SubmitAsync($$"""{"agent": "sums", "input": "What is 2 + 3?", "thread_id": "t", "callback_url": "{{receiver.Url}}"}""");
        var (_, second, _) = await receiver.Requests.NextAsync();

        // Were the first no success, it would come again before the second.
        Assert.NotEqual(first["webhook-id"], second["webhook-id"]);
        Assert.Equal("1", second["actant-attempt"]);
    }

    /// <summary>The dead letter, once it is there.</summary>
    private static async Task<JsonElement> DeadAsync(HttpServer server)
    {
        while (true)
        {
            var dead = (await server.GetJsonAsync("/api/v1/deliveries?status=dead")).GetProperty("deliveries");
            if (dead.GetArrayLength() > 0)
            {
                return dead[0];
            }

            await Task.Delay(10, Token);
        }
    }

    private static async Task<string> TokenAsync(HttpServer server, Role role, TenantId tenant) =>
        (await server.Keys.CreateAsync(tenant, "key", role, null, Token)).Value!.Text;

    private static async Task<HttpStatusCode> AskAsync(HttpServer server, HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await server.Client.SendAsync(request, Token);
        return response.StatusCode;
    }

    private static string SignatureOf(byte[] key, Dictionary<string, string> headers, byte[] body) =>
        $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. body]))}";
}
