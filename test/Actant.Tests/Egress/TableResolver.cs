using System.Collections.Concurrent;
using System.Net;
using Actant.Egress;

namespace Actant.Tests.Egress;

/// <summary>A resolver that plays what it is told: each look-up of a host takes the next answer, the last one stays.</summary>
internal sealed class TableResolver : IHostResolver
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<IPAddress[]>> _answers = new();

    public ConcurrentQueue<string> Asked { get; } = [];

    public TableResolver Add(string host, params string[] addresses)
    {
        _answers.GetOrAdd(host, _ => []).Enqueue([.. addresses.Select(IPAddress.Parse)]);
        return this;
    }

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Asked.Enqueue(host);
        if (!_answers.TryGetValue(host, out var answers))
        {
            return new([]);
        }

        Assert.True(answers.TryPeek(out var answer));
        if (answers.Count > 1)
        {
            answers.TryDequeue(out _);
        }

        return new(answer);
    }
}
