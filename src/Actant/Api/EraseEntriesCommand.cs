using System.Text.Json;

namespace Actant.Api;

/// <summary>Takes the content out of entries of a thread.</summary>
public sealed record EraseEntriesCommand
{
    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The entries' positions.</summary>
    public required IReadOnlyList<long> Positions { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<EraseEntriesCommand> Read(JsonFields fields, string thread) =>
        fields.Read(new EraseEntriesCommand { Thread = thread, Positions = ReadPositions(fields) });

    private static List<long> ReadPositions(JsonFields fields)
    {
        if (fields.RequiredValue("positions") is { ValueKind: JsonValueKind.Array } items
            && items.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out _)))
        {
            return [.. items.EnumerateArray().Select(static item => item.GetInt64())];
        }

        if (fields.Value("positions") is not null)
        {
            fields.Wrong("positions", "A list of positions is expected.");
        }

        return [];
    }
}
