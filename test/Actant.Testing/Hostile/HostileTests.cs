using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Testing.Executions;
using Actant.Testing.Storage;
using Actant.Tools;

namespace Actant.Testing.Hostile;

/// <summary>
/// Agents, inputs, answers, results and decisions that mean ill, on processes that die: everything comes to an end that the client is
/// told, the same as where nothing died; and what is kept in memory is what a fold of the journal gives. A test class of a store inherits this.
/// </summary>
public abstract class HostileTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_afterTheSession = TimeSpan.FromSeconds(20);

    /// <summary>How many stories are told. More on request.</summary>
    protected static int Count { get; } = int.TryParse(Environment.GetEnvironmentVariable("ACTANT_HOSTILE_STORIES"), out var count) ? count : 4;

    /// <summary>Plays the story of a seed undisturbed in memory, and disturbed on this store.</summary>
    protected async Task PlayAsync(int seed)
    {
        var clock = new SkippingTimeProvider();
        var expected = new HostileStory(seed);
        await using (var memory = new InMemoryStore(clock, IdGenerator.System))
        {
            await PlayAsync(expected, seed, memory, clock, null);
        }

        var actual = new HostileStory(seed);
        var random = new Random(seed);
        await using var store = await OpenStoreAsync(clock, IdGenerator.System);
        for (var lives = 0; ; lives++)
        {
            // The last ones live long enough for any story to end.
            var dying = new DyingStore(store, lives < 12 ? random.Next(2, 30) : 10_000, random.Next(2) == 0);
            if (await PlayAsync(actual, seed, dying, clock, dying, store))
            {
                break;
            }

            await dying.Died.WaitAsync(s_bound, TestContext.Current.CancellationToken);
            clock.Skip(s_afterTheSession);
        }

        var (lines, others) = (expected.Seen.Split('\n'), actual.Seen.Split('\n'));
        foreach (var (line, other) in lines.Zip(others))
        {
            Assert.True(line == other, $"Seed {seed}\n{expected.Definition}\nexpected:\n{Escaped(line)}\nbut:\n{Escaped(other)}\nin\n{actual.Seen}");
        }

        Assert.Equal(lines.Length, others.Length);
    }

    /// <summary>Opens an empty store on this clock.</summary>
    protected abstract Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids);

    /// <summary>Plays on in a process; whether the story has ended.</summary>
    private static async Task<bool> PlayAsync(HostileStory story, int seed, IActantStore store, TimeProvider clock, DyingStore? dying, IActantStore? survives = null)
    {
        using var faults = new FaultLog();
        var watch = new FoldWatch(survives ?? store);
        using var model = new GatedModel { Responds = call => HostileAnswers.Answer(seed, call) };
        var options = new EngineOptions
        {
            StorePatience = TimeSpan.Zero,
            ShutdownPatience = dying is null ? TimeSpan.FromSeconds(10) : TimeSpan.Zero,
            SnapshotEntries = seed % 2 == 0 ? 5 : 200,
            ThreadCacheMinEntries = 0,
            ThreadCacheBytes = seed % 3 == 0 ? 0 : 1 << 24,
            LongestWaitInMemory = seed % 5 == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(5),
            SessionLength = TimeSpan.FromSeconds(3),
            MaxCrashes = 1000,
            Watch = watch,
        };
        var engine = new ActantEngine(
            dying ?? store, new ToolRegistry(HostileAnswers.Tools(seed)), new ModelProviders([model, new ScriptedModelProvider(clock)]), options, time: clock, logs: faults);
        using var bound = new CancellationTokenSource(s_bound);
        try
        {
            await engine.StartAsync(bound.Token);
            var play = story.PlayAsync(engine.For(TenantId.Default), bound.Token);
            if (dying is not null && await Task.WhenAny(play, dying.Died) == dying.Died)
            {
                await bound.CancelAsync();
                await Assert.ThrowsAnyAsync<Exception>(() => play);
                return false;
            }

            await play;
            return true;
        }
        catch (StoreUnavailableException) when (dying is not null)
        {
            return false;
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            Assert.Fail($"Seed {seed} did not get past step {story.Step}.\n{story.Definition}\n{story.Seen}");
            throw;
        }
        finally
        {
            await CrashProcess.CloseAsync(engine);
            Assert.True(faults.Faults.Count == 0, $"Seed {seed}: {string.Join('\n', faults.Faults)}");
            Assert.True(watch.Faults.Count == 0, $"Seed {seed}: {string.Join('\n', watch.Faults)}");
        }
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select(static character => character < 128 ? character.ToString() : $"\\u{(int)character:x4}"));
}
