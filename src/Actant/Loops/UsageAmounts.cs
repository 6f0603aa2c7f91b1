using Actant.Journaling;
using Actant.Storage;

namespace Actant.Loops;

/// <summary>What entries used of models, as it is counted with them.</summary>
internal static class UsageAmounts
{
    /// <summary>What entries of an agent's execution used, by provider and model.</summary>
    public static UsageAmount[] Of(IReadOnlyList<Entry> entries, string agent)
    {
        List<UsageAmount>? amounts = null;
        foreach (var entry in entries)
        {
            if (Of(entry.Payload, agent) is not { } amount)
            {
                continue;
            }

            var same = amounts?.FindIndex(earlier => earlier.Provider == amount.Provider && earlier.Model == amount.Model) ?? -1;
            if (same >= 0)
            {
                amounts![same] = amounts[same].Plus(amount);
            }
            else
            {
                (amounts ??= []).Add(amount);
            }
        }

        return amounts?.ToArray() ?? [];
    }

    /// <summary>What an answer took, or an attempt that gave none; <c>null</c> for anything else.</summary>
    private static UsageAmount? Of(EntryPayload payload, string agent) => payload switch
    {
        ModelAnswered answered => Of(agent, answered.ModelSource, answered.Model, answered.Usage, answered.CostUsd),
        AttemptFailed { Usage: { } usage } failed => Of(agent, failed.ModelSource ?? "", failed.Model ?? "", usage, failed.CostUsd),
        _ => null,
    };

    private static UsageAmount Of(string agent, string provider, string model, Usage usage, decimal costUsd) => new()
    {
        Agent = agent,
        Provider = provider,
        Model = model,
        Calls = 1,
        InputTokens = usage.Input,
        CachedTokens = usage.Cached,
        OutputTokens = usage.Output,
        ReasoningTokens = usage.Reasoning,
        CostUsd = costUsd,
    };
}
