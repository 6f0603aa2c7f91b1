using Actant.Journaling;
using Actant.Testing.Executions;

namespace Actant.Tests.Executions;

/// <summary>
/// Branches that answer at once while entries of others are stored between their deltas, readers that join and come back on any
/// node at any time, nodes that part, owners that die: what each reader has put together is what the history says.
/// </summary>
[Trait("Row", "I10")]
[Trait("Row", "X6")]
public sealed class StreamStoryTests
{
    private static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("ACTANT_STREAM_STORIES"), out var seeds) ? seeds : 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sync", 1)]
    [InlineData("async", 2)]
    [InlineData("exit", 3)]
    public async Task ReadEvents_RandomStories_EveryReaderHasTheHistory(string durability, int round)
    {
        for (var seed = round * 1000; seed < (round * 1000) + Seeds; seed++)
        {
            try
            {
                await using var story = await Story.BeginAsync(durability, seed);
                await story.RunAsync();
            }
            catch (Exception exception)
            {
                Assert.Fail($"Durability {durability}, seed {seed}: {exception}");
            }
        }
    }

    /// <param name="parts">Whether nodes lose each other, and owners die.</param>
    private sealed class Story(EngineHarness harness, ExecutionId id, ThreadKey thread, Random random, bool parts) : IAsyncDisposable
    {
        private readonly Lock _lock = new();
        private readonly List<ModelCall> _open = [];
        private readonly List<Task<Transcript>> _readers = [];
        private readonly List<Transcript> _transcripts = [];
        private readonly Dictionary<EngineNode, CancellationTokenSource> _clients = [];
        private int _deaths;
        private int _failures;

        public static async Task<Story> BeginAsync(string durability, int seed)
        {
            var random = new Random(seed);
            var branches = string.Join('\n', Enumerable.Range(0, 3).SelectMany(branch => Enumerable.Range(0, 2).Select(step =>
                $"  - {{name: b{branch}{step}, type: agent, system_prompt: b{branch}{step}, on_error: {{max_attempts: 50, backoff_ms: 1}}}}")));
            var edges = string.Join('\n', Enumerable.Range(0, 3).Select(branch => $"  - {{from: b{branch}0, to: b{branch}1}}"));
            var harness = await EngineHarness.StartAsync(configure: options => options.ReaderBuffer = random.Next(1, 30));
            var calls = new List<ModelCall>();
            Story? story = null;
            harness.Model.Responds = call =>
            {
                lock (calls)
                {
                    calls.Add(call);
                    story?.Opened(call);
                }
            };
            var record = await harness.SubmitAsync($"""
                name: story
                durability: {durability}
                model: {"{provider: gated, model_name: any}"}
                nodes:
                {branches}
                edges:
                {edges}
                """);
            await harness.Model.Calls.NextAsync();
            await harness.AddNodeAsync();
            lock (calls)
            {
                story = new Story(harness, record.Id, record.Thread, random, parts: seed % 2 == 0);
                calls.ForEach(story.Opened);
            }

            return story;
        }

        public async Task RunAsync()
        {
            for (var step = 0; step < 60; step++)
            {
                await StepAsync();
            }

            harness.AreApart = false;
            Join(returnsAfter: null);
            await CatchUpAsync();
            await EndAsync();
            var transcripts = await Task.WhenAll(_readers).WaitAsync(EngineHarness.Patience, Token);
            var record = (await harness.WaitAsync(id)).Record;
            var history = await harness.Live.GetHistoryAsync(thread.Thread, record.StartPosition!.Value, 500, Token);
            foreach (var transcript in transcripts)
            {
                Assert.True(transcript.HasEnded);
                Assert.Equal(history.Select(entry => (entry.Position, entry.Id)), transcript.Entries);
                Assert.Equal(
                    history.Select(entry => entry.Payload).OfType<ModelAnswered>().ToDictionary(answer => answer.Message.Id!, answer => answer.Message.Text),
                    transcript.Messages);
                Assert.Empty(transcript.Shown);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var client in _clients.Values)
            {
                await client.CancelAsync();
                client.Dispose();
            }

            await harness.DisposeAsync();
        }

        private void Opened(ModelCall call)
        {
            lock (_lock)
            {
                _open.Add(call);
            }
        }

        private ModelCall? AnyCall()
        {
            lock (_lock)
            {
                _open.RemoveAll(static call => call.Token.IsCancellationRequested);
                return _open.Count == 0 ? null : _open[random.Next(_open.Count)];
            }
        }

        private void Closed(ModelCall call)
        {
            lock (_lock)
            {
                _open.Remove(call);
            }
        }

        private async Task StepAsync()
        {
            var call = AnyCall();
            switch (random.Next(20))
            {
                case 0 when parts && _deaths < 2:
                    await KillOwnerAsync();
                    break;
                case 1 when parts:
                    harness.AreApart = !harness.AreApart;
                    break;
                case 2 or 3 when _readers.Count < 12:
                    Join(returnsAfter: null);
                    break;
                case 4 or 5 when _readers.Count < 12:
                    Join(returnsAfter: random.Next(1, 6));
                    break;
                case 6 when call is not null && _failures < 6:
                    _failures++;
                    Closed(call);
                    call.Fail("model_stream_broken");
                    await harness.AdvanceAsync(TimeSpan.FromMilliseconds(50));
                    break;
                case 7 when call is not null:
                    Closed(call);
                    call.Finish("end");
                    break;
                case 8:
                    await Task.Yield();
                    break;
                default:
                    call?.Say($"{random.Next(100)} ");
                    break;
            }
        }

        private async Task KillOwnerAsync()
        {
            if (await harness.Store.FindHolderAsync(thread, Token) is not { Address: { } address })
            {
                return;
            }

            _deaths++;
            var dead = harness.Nodes.First(node => node.Engine.Options.Address == address);
            dead.Kill();
            lock (_lock)
            {
                _open.Clear();
            }

            if (_clients.TryGetValue(dead, out var client))
            {
                await client.CancelAsync();
            }

            await harness.AddNodeAsync();
        }

        /// <summary>A reader that comes back on some node, after so many events or when its node dies.</summary>
        private void Join(int? returnsAfter)
        {
            var (choice, transcript) = (new Random(random.Next()), new Transcript());
            _transcripts.Add(transcript);
            _readers.Add(Task.Run(async () =>
            {
                while (!transcript.HasEnded)
                {
                    var (node, stop) = AnyNode(choice);
                    try
                    {
                        await transcript.ReadAsync(node.Client, id, count => count == returnsAfter, stop);
                    }
                    catch (Exception) when (node.Store.IsDead)
                    {
                        // It comes back elsewhere, with the last place it saw.
                    }
                }

                return transcript;
            }, Token));
        }

        private (EngineNode Node, CancellationToken Stop) AnyNode(Random choice)
        {
            lock (_lock)
            {
                var alive = harness.Nodes.Where(static node => !node.Store.IsDead).ToList();
                var node = alive[choice.Next(alive.Count)];
                if (!_clients.TryGetValue(node, out var client))
                {
                    _clients[node] = client = new CancellationTokenSource();
                }

                return (node, client.Token);
            }
        }

        /// <summary>While answers are under way, every reader is shown as much of them as was said, and no later than others.</summary>
        private async Task CatchUpAsync()
        {
            for (var i = 0; i < 60 && _transcripts.Exists(IsBehind); i++)
            {
                await harness.AdvanceAsync(TimeSpan.FromSeconds(1));
            }

            var behind = _transcripts.Find(IsBehind);
            Assert.True(behind is null, $"Said: {string.Join(", ", Said())}\n{behind?.Log}");
        }

        private bool IsBehind(Transcript transcript) => Said().Except(transcript.Shown.Values, StringComparer.Ordinal).Any();

        private List<string> Said()
        {
            AnyCall();
            lock (_lock)
            {
                return [.. _open.Select(static call => call.Said).Where(static said => said.Length > 0)];
            }
        }

        private async Task EndAsync()
        {
            var ended = harness.WaitAsync(id);
            while (!ended.IsCompleted)
            {
                while (AnyCall() is { } call)
                {
                    Closed(call);
                    call.Finish("end");
                }

                await harness.AdvanceAsync(TimeSpan.FromSeconds(1));
            }

            await ended;
            await harness.AdvanceUntilAsync(Task.WhenAll(_readers), TimeSpan.FromMinutes(5));
        }
    }
}
