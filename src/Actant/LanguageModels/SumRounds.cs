using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Actant.LanguageModels;

/// <summary>What is known of some sums: each answer with calls was a round, whose results stand behind it in the conversation.</summary>
internal sealed class SumRounds(IReadOnlyList<Sum> sums)
{
    private readonly Dictionary<Sum, string> _known = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Sum, string> _failed = new(ReferenceEqualityComparer.Instance);

    /// <summary>The operations whose operands are known and that are not, in a fixed order. Empty when all sums have ended.</summary>
    public IReadOnlyList<Sum> Ready()
    {
        var ready = new List<Sum>();
        foreach (var sum in sums.Where(sum => FailureOf(sum) is null))
        {
            Collect(sum, ready);
        }

        return ready;
    }

    /// <summary>Takes over the results of a round's calls: the n-th call was for the n-th operation that was ready.</summary>
    public void Take(ChatMessage round, IEnumerable<ChatMessage> messages)
    {
        var results = messages.SelectMany(message => message.Contents.OfType<FunctionResultContent>()).ToLookup(result => result.CallId);
        foreach (var (sum, call) in Ready().Zip(round.Contents.OfType<FunctionCallContent>()))
        {
            if (results[call.CallId].FirstOrDefault() is { } result)
            {
                var (value, failure) = Read(ScriptedConversation.TextOf(result));
                (failure is null ? _known : _failed)[sum] = failure ?? value;
            }
        }
    }

    /// <summary>A number, or the known result of an operation.</summary>
    public string ValueOf(Sum sum) => sum.Operation is null ? sum.Number : _known[sum];

    /// <summary>How a sum ended, as a sentence.</summary>
    public string Tell(Sum sum) =>
        FailureOf(sum) is { } failure ? $"I could not work out {sum}: {failure.TrimEnd('.')}." : $"{sum} = {ValueOf(sum)}.";

    private static (string Value, string? Failure) Read(string result)
    {
        if (StorableJson.Parse(result, out _) is not { } value)
        {
            return ("", result);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return (value.ToString(), null);
        }

        if (value.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False)
        {
            return ("", value.TryGetProperty("error", out var error) ? error.ToString() : "the tool failed");
        }

        return (value.TryGetProperty("text", out var text) || value.TryGetProperty("result", out text) ? text.ToString() : result, null);
    }

    private string? FailureOf(Sum? sum) =>
        sum is null ? null : _failed.GetValueOrDefault(sum) ?? FailureOf(sum.Left) ?? FailureOf(sum.Right);

    private void Collect(Sum? sum, List<Sum> ready)
    {
        if (sum?.Operation is null || _known.ContainsKey(sum))
        {
            return;
        }

        var before = ready.Count;
        Collect(sum.Left, ready);
        Collect(sum.Right, ready);
        if (ready.Count == before)
        {
            ready.Add(sum);
        }
    }
}
