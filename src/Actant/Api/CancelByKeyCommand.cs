namespace Actant.Api;

/// <summary>Cancels an execution of which only the key is known that it was submitted with.</summary>
public sealed record CancelByKeyCommand
{
    /// <summary>The key.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Reads one.</summary>
    public static Reply<CancelByKeyCommand> Read(JsonFields fields)
    {
        var key = fields.Name("idempotency_key");
        var reason = CancelCommand.ReasonOf(fields);
        if (key is null)
        {
            fields.RequiredValue("idempotency_key");
        }

        return fields.Read(new CancelByKeyCommand { IdempotencyKey = key ?? "", Reason = reason });
    }
}
