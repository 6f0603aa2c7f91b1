using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actant.Signals;

/// <summary>What a submission puts into the inbox.</summary>
/// <param name="Input">The input.</param>
/// <param name="Security">On whose behalf.</param>
/// <param name="Principal">Who submits it.</param>
internal sealed record InputSignal(
    JsonElement Input,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SecurityContext? Security,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Principal? Principal)
{
    /// <summary>The node of the definition that is run, where it is a child's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }

    /// <summary>What was asked, whoever asked it: a request that is sent again with another key is the same.</summary>
    public InputSignal WithoutSubmitter() => this with
    {
        Principal = null,
        Security = Security is null or { UserId: null, OrganizationId: null, Permissions: null, RateLimit: null }
            ? null
            : Security with { SubmittedBy = null },
    };

    /// <summary>The body of the signal.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SignalJson.Default.InputSignal);

    /// <summary>Reads the body of a signal; <c>null</c> if it is damaged.</summary>
    public static InputSignal? Read(ReadOnlyMemory<byte> body) =>
        SignalBody.Read(body, SignalJson.Default.InputSignal) is { Input.ValueKind: not JsonValueKind.Undefined } input ? input : null;
}
