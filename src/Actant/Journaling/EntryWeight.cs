using System.Runtime.InteropServices;
using System.Text.Json;

namespace Actant.Journaling;

/// <summary>About how many bytes an entry will have, without writing it.</summary>
internal static class EntryWeight
{
    private const int Envelope = 256;

    public static long Of(EntryPayload payload) => Envelope + payload switch
    {
        InputReceived input => Of(input.Input) + Of(input.Operations),
        ModelAnswered answered => Of(answered.Message.Content) + (answered.Message.ToolCalls?.Sum(static call => Of(call.Arguments)) ?? 0),
        ToolStarted started => Of(started.Arguments),
        ToolFinished finished => Of(finished.Output ?? default),
        NodeFinished finished => Of(finished.Operations),
        StateUpdated updated => Of(updated.Operations),
        Interrupted interrupted => (2 * interrupted.Interrupt.Prompt.Length) + Of(interrupted.Interrupt.Arguments ?? default),
        Resumed resumed => Of(resumed.Answer),
        ExecutionCompleted completed => Of(completed.Output),
        _ => 0,
    };

    private static long Of(IReadOnlyList<StateOperation>? operations)
    {
        var bytes = 0L;
        for (var i = 0; i < (operations?.Count ?? 0); i++)
        {
            bytes += Of(operations![i].Value);
        }

        return bytes;
    }

    private static long Of(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? 0 : JsonMarshal.GetRawUtf8Value(value).Length;
}
