using System.Collections.Concurrent;
using Actant.Journaling;
using Actant.Server.Running;

namespace Actant.Server.Remote;

/// <summary>
/// Says what the children of an execution that is followed ask, and the commands that answer: the parent runs on meanwhile, and waits for them.
/// So many are listened to at once; others when one of these has ended.
/// </summary>
/// <param name="client">Leads to the server.</param>
/// <param name="error">Where it is said.</param>
/// <param name="connection">The options that lead a command to the server.</param>
internal sealed class ChildQuestions(HttpClient client, TextWriter error, string? connection) : IAsyncDisposable
{
    private const int MostAtOnce = 16;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, Task> _children = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = [];
    private readonly Lock _gate = new();

    /// <summary>Listens to a child from now on, until it ends.</summary>
    public void Begin(string child) => _ = _children.GetOrAdd(child, ListenAsync);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_children.Values);
        _end.Dispose();
        _places.Dispose();
    }

    private async Task ListenAsync(string child)
    {
        try
        {
            await _places.WaitAsync(_end.Token);
            try
            {
                await FollowAsync(child);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException)
        {
            // Whoever follows the parent hears of it.
        }
    }

    private async Task FollowAsync(string child)
    {
        var events = new RemoteEvents(client, TextWriter.Null, asJson: false, this);
        while (true)
        {
            // It may be begun a moment after its parent said so; and what it asks stays open for a while.
            var view = await events.FollowAsync($"/api/v1/executions/{child}", isCarriedOut: true, static (_, _, _) => Task.CompletedTask, _end.Token);
            if (view is { } known)
            {
                if (RemoteEvents.HasEnded(known))
                {
                    return;
                }

                Tell(child, OpenQuestions.Read(known));
            }

            await Task.Delay(s_pause, TimeProvider.System, _end.Token);
        }
    }

    private void Tell(string child, IReadOnlyList<Interrupt> questions)
    {
        lock (_gate)
        {
            var open = questions.Where(question => _told.Add($"{child} {question.Id}")).ToList();
            if (open.Count > 0)
            {
                foreach (var line in OpenQuestions.Of(child, open, connection))
                {
                    error.WriteLine(line);
                }
            }
        }
    }
}
