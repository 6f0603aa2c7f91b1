using System.Text;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.Journaling;
using Actant.Storage;
using Actant.Testing.Executions;

namespace Actant.Testing.Hostile;

/// <summary>
/// What a client does to a thread, step by step, and what it saw of it. It outlives the processes that it speaks to: what it was not told
/// about it does again, with the same keys.
/// </summary>
internal sealed class HostileStory
{
    private readonly int _seed;
    private readonly AgentDefinition _agent;
    private readonly List<Func<ExecutionClient, CancellationToken, Task>> _steps;
    private readonly Dictionary<string, ExecutionId> _executions = new(StringComparer.Ordinal);
    private readonly StringBuilder _seen = new();
    private int _done;

    public HostileStory(int seed)
    {
        _seed = seed;
        var values = new HostileValues(seed);
        Definition = HostileAgent.Write(values);
        var read = DefinitionReader.Read(Encoding.UTF8.GetBytes(Definition), "hostile.yaml");
        _agent = read.Definition ?? throw new DefinitionException(read.Problems);
        _steps =
        [
            Submit("t", "one", Input(values)), Fork("t", "f", "fork"), Settle("f", "fork"), Settle("t", "one"),
            Update("t", "update", values), Submit("t", "two", Input(values)), Settle("t", "two"),
            Rewind("t", "rewind", "one"), Submit("t", "three", Input(values)), Settle("t", "three"),
            (client, token) => ReadAsync(client, "t", token), (client, token) => ReadAsync(client, "f", token),
            (client, token) => ForkAnywhereAsync(client, "t", token),
        ];
    }

    /// <summary>The agent, as YAML.</summary>
    public string Definition { get; }

    /// <summary>Everything that must be the same wherever and however it ran.</summary>
    public string Seen => _seen.ToString();

    /// <summary>Where it stands, for messages.</summary>
    public int Step => _done;

    /// <summary>Goes on with the first step that was not seen to its end.</summary>
    public async Task PlayAsync(ExecutionClient client, CancellationToken cancellationToken)
    {
        while (_done < _steps.Count)
        {
            var seen = _seen.Length;
            try
            {
                await _steps[_done](client, cancellationToken);
                _done++;
            }
            catch
            {
                // It will be seen again.
                _seen.Length = seen;
                throw;
            }
        }
    }

    private static JsonElement Input(HostileValues values) => values.Next(4) switch
    {
        0 => values.Value(),
        1 => JsonSerializer.SerializeToElement(new { text = "go", messages = new object[] { new { role = values.Of("user", "assistant", "tool", "x"), content = values.ShortText() } } }),
        2 => values.Object(),
        _ => JsonSerializer.SerializeToElement("go"),
    };

    private Func<ExecutionClient, CancellationToken, Task> Submit(string thread, string key, JsonElement input) => async (client, token) =>
    {
        var reply = await client.SubmitAsync(new SubmitRequest { Definition = _agent, Input = input, Thread = thread, IdempotencyKey = $"{thread}:{key}" }, token);
        if (!reply.IsDone)
        {
            // Nothing of it may be there: something simple is said instead.
            _seen.AppendLine($"{key} refused: {reply.Refusal.Code} {string.Join(' ', (reply.Refusal.Errors ?? []).Select(static problem => $"{problem.Path} {problem.Code}"))}");
            reply = await client.SubmitAsync(
                new SubmitRequest { Definition = _agent, Input = JsonSerializer.SerializeToElement("go"), Thread = thread, IdempotencyKey = $"{thread}:{key}:simple" }, token);
        }

        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        _executions[key] = reply.Value.Id;

        // Until it asks or has ended.
        await WaitAsync(client, reply.Value.Id, token);
    };

    private Func<ExecutionClient, CancellationToken, Task> Settle(string thread, string key) => async (client, token) =>
    {
        var result = await SettleAsync(client, _executions[key], token);
        _seen.AppendLine($"{thread} {key}").AppendLine(ExecutionText.Of(false, result));
    };

    /// <summary>Answers every question until there is an end.</summary>
    private async Task<ExecutionResult> SettleAsync(ExecutionClient client, ExecutionId execution, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await WaitAsync(client, execution, cancellationToken);
            if (result.Record.Status != ExecutionStatus.Interrupted)
            {
                Assert.Equal(execution, result.Record.Id);

                // Tools say "engine_fault" too, of their node.
                Assert.False(
                    result.Record.Failure is { Code: "engine_fault", Where: null } or { Code: "execution_poisoned" or "journal_unreadable" }, result.Record.Failure?.ToString());
                Assert.False(result.Record.Failure?.Message?.StartsWith("Nothing runs, waits", StringComparison.Ordinal) is true, result.Record.Failure?.ToString());
                return result;
            }

            foreach (var asked in result.Interrupts)
            {
                await AnswerAsync(client, result.Record.Id, asked, cancellationToken);
            }
        }
    }

    /// <summary>Waits until it has ended, or it or a child of it asks: whose result it is then.</summary>
    private static async Task<ExecutionResult> WaitAsync(ExecutionClient client, ExecutionId execution, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var own = client.WaitAsync(execution, stop.Token);
        while (await Task.WhenAny(own, Task.Delay(TimeSpan.FromMilliseconds(50), stop.Token)) != own)
        {
            var open = new ExecutionFilter { Root = execution, Status = ExecutionStatus.Interrupted };
            foreach (var child in (await client.ListAsync(open, null, 100, cancellationToken)).Items)
            {
                if (await client.GetAsync(child.Id, cancellationToken) is { Record.Status: ExecutionStatus.Interrupted, Interrupts.Count: > 0 } asking)
                {
                    await stop.CancelAsync();
                    await ((Task)own).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return asking;
                }
            }
        }

        return await own;
    }

    private async Task AnswerAsync(ExecutionClient client, ExecutionId execution, Interrupt asked, CancellationToken cancellationToken)
    {
        var values = new HostileValues(_seed + asked.Prompt.Length);
        if (asked.Reason == InterruptReasons.ToolOutcomeUnknown)
        {
            // Who knows the outside says what happened, or would have: nothing, where the arguments are none.
            var result = HostileAnswers.Result(_seed, "charge", asked.Arguments!.Value);
            var answer = asked.Arguments!.Value.ValueKind == JsonValueKind.Object && result.Output is { } output && !JsonLimits.IsTooDeep(output)
                ? $$"""{"decision":"happened","result":{{output.GetRawText()}}}"""
                : """{"decision":"retry"}""";
            await TryAnswerAsync(client, execution, asked, JsonElement.Parse(answer), cancellationToken);
            return;
        }

        for (var tries = 0; tries < 4; tries++)
        {
            if (await TryAnswerAsync(client, execution, asked, values.Value(), cancellationToken))
            {
                return;
            }
        }

        var last = asked.CallId is not null
            ? values.Of("""{"decision":"approve"}""", """{"decision":"edit","arguments":{"a":1}}""", """{"decision":"reject"}""", """{"decision":"respond","result":[1]}""")
            : "{}";
        Assert.True(await TryAnswerAsync(client, execution, asked, JsonElement.Parse(last), cancellationToken), $"{asked} refused {last}");
    }

    private static async Task<bool> TryAnswerAsync(ExecutionClient client, ExecutionId execution, Interrupt asked, JsonElement answer, CancellationToken cancellationToken)
    {
        var reply = await client.ResumeAsync(execution, new ResumeRequest { Answers = new Dictionary<string, JsonElement> { [asked.Id] = answer } }, cancellationToken);
        return reply.IsDone || reply.Refusal.Code is "interrupt_answered" or "interrupt_not_found" or "execution_ended";
    }

    private Func<ExecutionClient, CancellationToken, Task> Fork(string thread, string target, string key) => async (client, token) =>
    {
        var state = await client.GetStateAsync(thread, null, token);
        var reply = await client.ForkAsync(thread, state!.Position, target, continues: true, $"{thread}:{key}", token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
        _executions[key] = reply.Value.Execution ?? _executions["one"];
    };

    private Func<ExecutionClient, CancellationToken, Task> Rewind(string thread, string key, string end) => async (client, token) =>
    {
        var position = (await client.GetRecordAsync(_executions[end], token))!.EndPosition!.Value;
        var reply = await client.RewindAsync(thread, position, continues: false, $"{thread}:{key}", token);
        Assert.True(reply.IsDone, reply.Refusal?.ToString());
    };

    private Func<ExecutionClient, CancellationToken, Task> Update(string thread, string key, HostileValues values)
    {
        var operations = Enumerable.Range(0, 4).Select(_ => new StateOperation
        {
            Op = values.Of(StateOperationKind.Set, StateOperationKind.Append, StateOperationKind.Patch, StateOperationKind.Remove, StateOperationKind.Replace),
            Key = values.Of("n", "log", "texts", "messages", values.ShortText()),
            Value = values.Value(),
            Id = values.Of(null, "a", values.ShortText()),
        }).ToList();
        return async (client, token) =>
        {
            foreach (var (number, operation) in operations.Index())
            {
                var reply = await client.UpdateStateAsync(
                    thread, new StateUpdateRequest { Operations = [operation], IdempotencyKey = $"{thread}:{key}:{number}" }, token);
                _seen.AppendLine($"update {number}: {reply.Refusal?.Code}");
            }
        };
    }

    private async Task ReadAsync(ExecutionClient client, string thread, CancellationToken cancellationToken)
    {
        var state = await client.GetStateAsync(thread, null, cancellationToken);
        for (var position = 1L; position <= state!.Position; position += 1 + (state.Position / 20))
        {
            Assert.Equal(position, (await client.GetStateAsync(thread, position, cancellationToken))!.Position);
        }

        foreach (var execution in _executions.Values)
        {
            await client.GetAsync(execution, cancellationToken);
            await new Transcript().ReadAsync(client, execution, stop: cancellationToken);
        }

        await client.AuditAsync(new ExecutionFilter(), null, 100, cancellationToken);
        _seen.AppendLine(thread).AppendLine(ExecutionText.Of(false, state));
    }

    /// <summary>From any position something goes on, and comes to an end.</summary>
    private async Task ForkAnywhereAsync(ExecutionClient client, string thread, CancellationToken cancellationToken)
    {
        if (await client.GetStateAsync(thread, null, cancellationToken) is not { Position: var last })
        {
            // The process died behind the deletion.
            return;
        }

        var values = new HostileValues(_seed);
        for (var number = 0; number < 3; number++)
        {
            var position = 1 + values.Next((int)last);
            var reply = await client.ForkAsync(thread, position, $"fork-{number}", continues: true, $"{thread}:fork:{number}", cancellationToken);
            Assert.True(reply.IsDone || reply.Refusal.Code == "idempotency_conflict", reply.Refusal?.ToString());
            if (reply.Value?.Execution is { } execution)
            {
                await SettleAsync(client, execution, cancellationToken);
            }
        }

        Assert.True(await client.DeleteThreadAsync(thread, cancellationToken));
        Assert.Null(await client.GetStateAsync(thread, null, cancellationToken));
    }
}
