using Actant.Outbox;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Tests.Outbox;

/// <summary>How deliveries get through, or do not, whatever happens to receivers and processes.</summary>
[Trait("Row", "X8")]
public sealed class OutboxPumpTests
{
    private const string Echo = """{name: echo, nodes: [{name: main, type: prompt, template: "{{ input }}"}]}""";
    private static readonly Task s_never = new TaskCompletionSource().Task;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receiver_Fails500ForAWhile_SameIdComesLaterAndLaterInOrder()
    {
        await using var harness = await EngineHarness.StartAsync();
        var isDown = true;
        harness.Sender.Answer = (_, _) => Task.FromResult(isDown ? SendResult.Failed("500") : SendResult.Delivered);
        var first = await SubmitAsync(harness, "test:a", "t");
        var tries = new List<(Guid Id, DateTimeOffset At)>();
        for (var i = 0; i < 4; i++)
        {
            var next = harness.Sender.Tries.NextAsync();
            await harness.AdvanceUntilAsync(next);
            tries.Add(((await next).Id, harness.Time.GetUtcNow()));
        }

        var second = await SubmitAsync(harness, "test:a", "t");
        await harness.WaitAsync(second);
        isDown = false;
        var delivered = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(delivered);
        var after = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(after);

        Assert.Single(tries.Select(static attempt => attempt.Id).Distinct());
        var waits = tries.Zip(tries.Skip(1), static (before, next) => (next.At - before.At).TotalSeconds).ToList();
        Assert.All(waits.Zip([1, 2, 4]), static wait => Assert.InRange(wait.First, wait.Second * 0.7, (wait.Second * 1.3) + 3));
        Assert.Equal((first, 5, tries[0].Id), ((await delivered).Execution, (await delivered).Attempt, (await delivered).Id));
        Assert.Equal((second, 1), ((await after).Execution, (await after).Attempt));
    }

    [Fact]
    public async Task Thread_ManyEnds_ArriveInOrder()
    {
        await using var harness = await EngineHarness.StartAsync();
        var expected = new List<ExecutionId>();
        for (var i = 0; i < 8; i++)
        {
            expected.Add(await SubmitAsync(harness, "test:a", "t"));
        }

        var arrived = new List<ExecutionId>();
        while (arrived.Count < expected.Count)
        {
            arrived.Add((await harness.Sender.Tries.NextAsync()).Execution);
        }

        Assert.Equal(expected, arrived);
    }

    [Fact]
    public async Task Node_DiesBetweenSendingAndNoting_SameIdComesFromAnother()
    {
        await using var harness = await EngineHarness.StartAsync();
        var dying = harness.Node;
        harness.Sender.Answer = async (_, _) =>
        {
            if (!dying.Store.IsDead)
            {
                // The other one comes only now: it could have been the first to take it.
                await harness.AddNodeAsync();
                dying.Kill();
            }

            return SendResult.Delivered;
        };

        var id = await SubmitAsync(harness, "test:a", "t");
        var sent = await harness.Sender.Tries.NextAsync();
        var again = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(again);
        await harness.Last.Store.Settlements.NextAsync();

        Assert.Equal((id, sent.Id, 2), ((await again).Execution, (await again).Id, (await again).Attempt));
        Assert.Equal(sent.Body.ToArray(), (await again).Body.ToArray());
        Assert.Empty((await harness.Last.Client.ListDeliveriesAsync(dead: false, null, 10, Token)).Items);
    }

    [Fact]
    public async Task Node_Stops_AnotherGoesOnWithWhatItLeft()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Failed("down"));
        var id = await SubmitAsync(harness, "test:a", "t");
        var first = await harness.Sender.Tries.NextAsync();
        await harness.Node.Store.Settlements.NextAsync();
        await harness.Node.Engine.StopAsync(Token);
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Delivered);

        await harness.AddNodeAsync();
        var again = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(again);

        Assert.Equal((id, first.Id, 2), ((await again).Execution, (await again).Id, (await again).Attempt));
    }

    [Fact]
    public async Task Node_HasNoSender_LeavesAtOnceToOthersWhatItTook()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Failed("down"));
        var id = await SubmitAsync(harness, "test:a", "t");
        await harness.Sender.Tries.NextAsync();
        await harness.Node.Store.Settlements.NextAsync();
        await harness.Node.Engine.StopAsync(Token);
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Delivered);
        var without = await harness.AddNodeAsync(delivers: false);
        var returned = without.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Returned);
        await harness.AdvanceUntilAsync(returned);
        var since = harness.Time.GetUtcNow();

        await harness.AddNodeAsync();
        var again = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(again);

        Assert.Equal((id, 2), ((await again).Execution, (await again).Attempt));
        Assert.InRange(harness.Time.GetUtcNow() - since, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Receiver_Hangs_TryEndsAndOthersGoOn()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Sender.Answer = static async (message, token) =>
        {
            if (message.Destination == "test://hangs/x" && message.Attempt == 1)
            {
                // Deaf to the token too.
                await s_never;
            }

            return SendResult.Delivered;
        };
        var hanging = await SubmitAsync(harness, "test://hangs/x", "t");
        await harness.Sender.Tries.NextAsync();
        var other = await SubmitAsync(harness, "test://works/x", "t");

        Assert.Equal(other, (await harness.Sender.Tries.NextAsync()).Execution);
        var again = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(again);
        Assert.Equal((hanging, 2), ((await again).Execution, (await again).Attempt));
        await harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Reason?.Contains("15 s", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Destination_WhoseSenderTakesMoreAtOnce_HasAsManyTries()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            options.MaxConcurrentExecutions = 100;
            options.Deliveries.MaxPerDestination = 2;
        });
        harness.Sender.MostAtOnce = 6;
        for (var i = 0; i < 6; i++)
        {
            await SubmitAsync(harness, "test://broker/x", $"first{i}");
            await harness.Sender.Tries.NextAsync();
            await harness.Node.Store.Settlements.NextAsync();
        }

        var answer = new TaskCompletionSource();
        harness.Sender.Answer = async (_, token) =>
        {
            await answer.Task.WaitAsync(token);
            return SendResult.Delivered;
        };
        for (var i = 0; i < 10; i++)
        {
            await harness.WaitAsync(await SubmitAsync(harness, "test://broker/x", $"t{i}"));
        }

        for (var i = 0; i < 6; i++)
        {
            await harness.Sender.Tries.NextAsync();
        }

        Assert.Equal(12, harness.Sender.Tries.Count);
        answer.SetResult();
        for (var i = 0; i < 10; i++)
        {
            await harness.Node.Store.Settlements.NextAsync();
        }
    }

    [Fact]
    public async Task DeadDestination_ManyWait_OthersAreNotDelayed()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            options.MaxConcurrentExecutions = 100;
            options.Deliveries.MaxPerDestination = 4;
            options.Deliveries.MaxConcurrent = 8;
        });
        harness.Sender.Answer = static async (message, token) =>
        {
            if (message.Destination.StartsWith("test://dead", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }

            return SendResult.Delivered;
        };
        for (var i = 0; i < 40; i++)
        {
            await harness.WaitAsync(await SubmitAsync(harness, "test://dead/x", $"t{i}"));
        }

        await harness.Sender.Tries.NextAsync();
        for (var i = 0; i < 10; i++)
        {
            var other = await SubmitAsync(harness, "test://works/x", $"o{i}");
            Assert.Equal(other, (await harness.Sender.Tries.NextAsync(static message => message.Destination == "test://works/x")).Execution);
        }

        Assert.Equal(11, harness.Sender.Tries.Count);
    }

    [Fact]
    public async Task DeadDestination_AllDueInOneMoment_OthersAreNotDelayed()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            options.MaxConcurrentExecutions = 100;
            options.Deliveries.MaxPerDestination = 4;
            options.Deliveries.MaxConcurrent = 16;
        });
        var (hangs, retry) = (false, TimeSpan.FromMinutes(10));
        harness.Sender.Answer = async (message, token) =>
        {
            if (message.Destination != "test://dead/x")
            {
                return SendResult.Delivered;
            }

            await (hangs ? Task.Delay(Timeout.InfiniteTimeSpan, token) : Task.CompletedTask);
            return SendResult.Failed("429", isDown: false, retry);
        };
        for (var i = 0; i < 40; i++)
        {
            await SubmitAsync(harness, "test://dead/x", $"t{i}");
            await harness.Sender.Tries.NextAsync();
            await harness.Node.Store.Settlements.NextAsync();
        }

        hangs = true;
        var again = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => harness.Sender.Tries.NextAsync(static message => message.Attempt == 2)));
        await harness.AdvanceUntilAsync(again);

        for (var i = 0; i < 10; i++)
        {
            var other = await SubmitAsync(harness, "test://works/x", $"o{i}");
            Assert.Equal(other, (await harness.Sender.Tries.NextAsync(static message => message.Destination == "test://works/x")).Execution);
        }

        Assert.Equal(54, harness.Sender.Tries.Count);
    }

    [Fact]
    public async Task Destination_FailsAgainAndAgain_IsLeftAloneAndThenTriedOnce()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            options.Deliveries.FirstBreak = TimeSpan.FromMinutes(4);
            options.Deliveries.LongestBreak = TimeSpan.FromMinutes(4);
        });
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Failed("down"));
        for (var i = 0; i < 5; i++)
        {
            await SubmitAsync(harness, "test://down/x", $"t{i}");
            await harness.Sender.Tries.NextAsync();
            await harness.Node.Store.Settlements.NextAsync();
        }

        var late = await SubmitAsync(harness, "test://down/y", "late");
        await harness.WaitAsync(late);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(5, harness.Sender.Tries.Count);

        var probe = harness.Sender.Tries.NextAsync();
        await harness.AdvanceUntilAsync(probe);
        await harness.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(6, harness.Sender.Tries.Count);

        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Delivered);
        var all = Task.WhenAll(Enumerable.Range(0, 6).Select(_ => harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Delivered)));
        await harness.AdvanceUntilAsync(all);
        Assert.Empty((await harness.Client.ListDeliveriesAsync(dead: false, null, 10, Token)).Items);
    }

    [Fact]
    public async Task Bound_IsReached_DeadLetterIsListedLaneGoesOnAndItCanBeSentAgain()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.Deliveries.MaxAttempts = 2);
        var isDown = true;
        harness.Sender.Answer = (message, _) => Task.FromResult(isDown ? SendResult.Failed("nobody there") : SendResult.Delivered);
        var id = await SubmitAsync(harness, "test:a", "t");
        var dead = harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Dead);
        await harness.AdvanceUntilAsync(dead);
        isDown = false;

        var letter = Assert.Single((await harness.Client.ListDeliveriesAsync(dead: true, null, 10, Token)).Items);
        Assert.Equal((id, 2, "nobody there", true, (DateTimeOffset?)null), (letter.Execution, letter.Attempts, letter.Reason, letter.IsDead, letter.NextAttemptAt));
        await SubmitAsync(harness, "test:a", "t");
        await harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Delivered);

        Assert.True(await harness.Client.ResendAsync(letter.Id, Token));
        var again = await harness.Sender.Tries.NextAsync(message => message.Id == letter.Id && message.Attempt == 1 && !isDown);
        await harness.Node.Store.Settlements.NextAsync(settled => settled.Delivery == letter.Id && settled.Settlement.Kind == OutboxSettlementKind.Delivered);
        Assert.Equal(id, again.Execution);
        Assert.False(await harness.Client.ResendAsync(letter.Id, Token));
        Assert.Empty((await harness.Client.ListDeliveriesAsync(dead: true, null, 10, Token)).Items);
    }

    [Fact]
    public async Task Age_IsReached_IsDead()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            options.Deliveries.MaxAge = TimeSpan.FromMinutes(2);
            options.Deliveries.BreakAfter = 100;
        });
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Failed("down", isDown: false));
        await SubmitAsync(harness, "test:a", "t");

        var dead = harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Dead);
        await harness.AdvanceUntilAsync(dead);

        // With the waits between them no more can be in two minutes; fewer where the clock of the test runs ahead of the tries.
        Assert.InRange(harness.Sender.Tries.Count, 1, 9);
    }

    [Fact]
    public async Task Destination_SaysGone_IsDeadAtOnce()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Refused("gone"));

        await SubmitAsync(harness, "test:a", "t");

        Assert.Equal(OutboxSettlementKind.Dead, (await harness.Node.Store.Settlements.NextAsync()).Settlement.Kind);
    }

    [Fact]
    public async Task Sender_Throws_IsAFailureLikeAnother()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Sender.Answer = static (_, _) => throw new InvalidOperationException("a fault of the sender");

        await SubmitAsync(harness, "test:a", "t");
        var settled = (await harness.Node.Store.Settlements.NextAsync()).Settlement;

        Assert.Equal(OutboxSettlementKind.Retry, settled.Kind);
        Assert.Contains(nameof(InvalidOperationException), settled.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAfter_IsKept()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Sender.Answer = static (_, _) => Task.FromResult(SendResult.Failed("429", retryAfter: TimeSpan.FromMinutes(10)));

        await SubmitAsync(harness, "test:a", "t");
        var settled = (await harness.Node.Store.Settlements.NextAsync()).Settlement;

        Assert.Equal(TimeSpan.FromMinutes(10), settled.RetryAt - harness.Time.GetUtcNow());
    }

    [Fact]
    public async Task Tenant_ManyWait_AnotherTenantsGoesOn()
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options =>
        {
            options.MaxConcurrentExecutions = 100;
            options.Deliveries.MaxPerTenant = 2;
        });
        var open = new TaskCompletionSource();
        harness.Sender.Answer = async (message, token) =>
        {
            if (message.Thread.Tenant == TenantId.Default)
            {
                await open.Task.WaitAsync(token);
            }

            return SendResult.Delivered;
        };
        for (var i = 0; i < 10; i++)
        {
            await harness.WaitAsync(await SubmitAsync(harness, $"test://host{i}/", $"t{i}"));
        }

        for (var i = 0; i < 2; i++)
        {
            await harness.Sender.Tries.NextAsync(static message => message.Thread.Tenant == TenantId.Default);
        }

        var other = harness.Node.Engine.For(new TenantId("other"));
        var reply = await other.SubmitAsync(EngineHarness.Request(Echo) with { CallbackUrl = "test://host0/" }, Token);
        Assert.Equal(reply.Value!.Id, (await harness.Sender.Tries.NextAsync(static message => message.Thread.Tenant != TenantId.Default)).Execution);
        Assert.Equal(3, harness.Sender.Tries.Count);

        open.SetResult();
        var all = Task.WhenAll(Enumerable.Range(0, 11).Select(_ => harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Delivered)));
        await harness.AdvanceUntilAsync(all);
    }

    [Theory]
    [InlineData(4, 16, 1)]
    [InlineData(60, 2, 1)]
    [InlineData(20, 2, 12)]
    public async Task ManyDestinations_Hang_OneThatAnswersIsNotDelayed(int destinations, int each, int tenants)
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1000);
        var hanging = 0;
        harness.Sender.Answer = async (message, token) =>
        {
            if (message.Destination.StartsWith("test://hangs", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref hanging);
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }

            return SendResult.Delivered;
        };
        await SubmitAsync(harness, "test://works/x", "t");
        await harness.Node.Store.Settlements.NextAsync();
        for (var i = 0; i < destinations * each * tenants; i++)
        {
            var client = tenants == 1 ? harness.Client : harness.Node.Engine.For(new TenantId($"other{i % tenants}"));
            var reply = await client.SubmitAsync(EngineHarness.Request(Echo) with { CallbackUrl = $"test://hangs{i % destinations}/x" }, Token);
            await client.WaitAsync(reply.Value!.Id, Token);
        }

        for (var i = 0; i < 10; i++)
        {
            // The clock stands still: nothing that hangs is over.
            var healthy = await SubmitAsync(harness, "test://works/x", $"o{i}");
            Assert.Equal(healthy, (await harness.Sender.Tries.NextAsync(message => message.Execution == healthy)).Execution);
        }

        Assert.InRange(Volatile.Read(ref hanging), 1, Math.Min(destinations * tenants, 128));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    public async Task Destination_Answers_ManyAtOnceDoNotWaitForTheClock(int count)
    {
        await using var harness = await EngineHarness.StartAsync(configure: static options => options.MaxConcurrentExecutions = 1000);
        var (open, isFirst) = (new TaskCompletionSource(), true);
        harness.Sender.Answer = async (_, token) =>
        {
            if (!isFirst)
            {
                await open.Task.WaitAsync(token);
            }

            isFirst = false;
            return SendResult.Delivered;
        };
        await SubmitAsync(harness, "test://works/x", "t");
        await harness.Node.Store.Settlements.NextAsync();
        for (var i = 0; i < count; i++)
        {
            await harness.WaitAsync(await SubmitAsync(harness, "test://works/x", $"t{i}"));
        }

        open.SetResult();
        for (var i = 0; i < count; i++)
        {
            // The clock stands still: whatever was put back is taken when there is room.
            await harness.Node.Store.Settlements.NextAsync(static settled => settled.Settlement.Kind == OutboxSettlementKind.Delivered);
        }
    }

    private static async Task<ExecutionId> SubmitAsync(EngineHarness harness, string url, string thread) =>
        (await harness.SubmitAsync(Echo, "x", request => request with { Thread = thread, CallbackUrl = url })).Id;
}
