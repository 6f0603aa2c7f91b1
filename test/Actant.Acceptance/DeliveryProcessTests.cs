using System.Net.Http.Json;
using System.Text.Json;

namespace Actant.Acceptance;

/// <summary>Callbacks of a server that is killed.</summary>
[Trait("Row", "X8")]
public sealed class DeliveryProcessTests
{
    private static readonly (string, string) s_allowed = ("ACTANT__EGRESS__ALLOWEDNETWORKS", "127.0.0.1/32, ::1/128");

    [Fact]
    public async Task Server_KilledAgainAndAgain_EveryEndArrivesInOrder()
    {
        const int Threads = 6;
        await using var receiver = await CallbackReceiver.StartAsync();
        await using var dead = await CallbackReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var (down, expected) = (true, new List<(string Id, string Thread)>());
        receiver.Answer = _ => Task.FromResult(down ? 500 : 200);
        dead.Answer = static _ => Task.FromResult(503);
        for (var round = 0; round < 4; round++)
        {
            await using var server = await ActantProcess.ServeAsync(folder.Path, s_allowed);
            for (var i = 0; i < 12; i++)
            {
                var thread = $"thread-{i % Threads}";
                expected.Add((await SubmitAsync(server, thread, $"{receiver.Address}/hook", $"{dead.Address}/hook"), thread));
            }

            // In the middle of what it does, whatever that is.
            var heard = receiver.Heard.Count;
            await receiver.HearAsync(all => all.Count > heard);
            await server.KillAsync();
            down = round < 1;
        }

        await using var last = await ActantProcess.ServeAsync(folder.Path, s_allowed);
        await receiver.HearAsync(all => all.Where(static callback => callback.Status == 200).Select(static callback => callback.Execution).Distinct().Count() == expected.Count);

        var delivered = receiver.Heard.Where(static callback => callback.Status == 200).ToList();
        Assert.Equal(expected.Select(static execution => execution.Id).Order(), delivered.Select(static callback => callback.Execution).Distinct().Order());
        Assert.All(receiver.Heard.GroupBy(static callback => callback.Id), static same => Assert.Single(same.Select(static callback => callback.Body).Distinct()));
        Assert.All(receiver.Heard.GroupBy(static callback => callback.Execution), static same => Assert.Single(same.Select(static callback => callback.Id).Distinct()));
        Assert.All(expected.GroupBy(static execution => execution.Thread), thread => Assert.Equal(
            thread.Select(static execution => execution.Id),
            delivered.Where(callback => callback.Thread == thread.Key).Select(static callback => callback.Execution).Distinct()));
    }

    [Fact]
    public async Task Server_KilledBetweenSendingAndNoting_SameDeliveryComesAgain()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        var (arrived, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<int>());
        receiver.Answer = _ =>
        {
            arrived.TrySetResult();
            return answer.Task;
        };
        string id;
        await using (var server = await ActantProcess.ServeAsync(folder.Path, s_allowed))
        {
            id = await SubmitAsync(server, "thread", receiver.Address);
            await arrived.Task.WaitAsync(TimeSpan.FromMinutes(1));
            await server.KillAsync();
        }

        answer.SetResult(200);
        await using var next = await ActantProcess.ServeAsync(folder.Path, s_allowed);
        await receiver.HearAsync(static all => all.Count >= 2);

        var (first, second) = (receiver.Heard.First(), receiver.Heard.Last());
        Assert.Equal((id, first.Id, first.Body), (second.Execution, second.Id, second.Body));
    }

    [Fact]
    [Trait("Row", "O10")]
    public async Task DeadLetter_IsListedAndSentAgainByCommand()
    {
        await using var receiver = await CallbackReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        receiver.Answer = static _ => Task.FromResult(410);
        await using var server = await ActantProcess.ServeAsync(folder.Path, s_allowed);
        var execution = await SubmitAsync(server, "thread", receiver.Address);
        var list = "";
        while (!list.Contains(execution, StringComparison.Ordinal))
        {
            list = (await ActantProcess.RunAsync(["deliveries", "list", "--data", folder.Path])).Output;
        }

        var id = receiver.Heard.First().Id;
        receiver.Answer = static _ => Task.FromResult(200);
        var resent = await ActantProcess.RunAsync(["deliveries", "resend", id, "--data", folder.Path]);
        await receiver.HearAsync(static all => all.Count == 2);
        var again = await ActantProcess.RunAsync(["deliveries", "resend", id, "--data", folder.Path]);

        Assert.Contains(id, list, StringComparison.Ordinal);
        Assert.Contains("410", list, StringComparison.Ordinal);
        Assert.Equal(0, resent.Code);
        Assert.Equal(id, receiver.Heard.Last().Id);
        Assert.Equal(2, again.Code);
        Assert.Contains("[delivery_not_found]", again.Error, StringComparison.Ordinal);
    }

    private static async Task<string> SubmitAsync(ActantProcess server, string thread, params string[] urls)
    {
        using var response = await server.Client.PostAsJsonAsync("/api/v1/executions", new
        {
            agent = "math-assistant",
            input = "What is 15 + 27?",
            thread_id = thread,
            deliver_to = urls.Select(static url => new { url }),
        });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("execution_id").GetString()!;
    }
}
