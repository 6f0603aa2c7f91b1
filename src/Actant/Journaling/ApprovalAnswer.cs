using System.Text.Json;

namespace Actant.Journaling;

/// <summary>What the answer to a question about a call's approval does to the call.</summary>
internal static class ApprovalAnswer
{
    /// <summary>The arguments that the call is made with from then on; <c>null</c> if it is not to be made.</summary>
    public static JsonElement? ArgumentsOf(Interrupt asked, JsonElement answer) => Member(answer, "decision"u8) switch
    {
        { ValueKind: JsonValueKind.String } word when word.ValueEquals("approve"u8) => asked.Arguments,
        { ValueKind: JsonValueKind.String } word when word.ValueEquals("edit"u8) => Member(answer, "arguments"u8) ?? asked.Arguments,
        _ => null,
    };

    private static JsonElement? Member(JsonElement answer, ReadOnlySpan<byte> name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) ? value : null;
}
