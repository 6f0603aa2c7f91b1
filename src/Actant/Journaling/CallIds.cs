using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Actant.Journaling;

/// <summary>
/// The identity of a call, and of an answer: made of where it was demanded, never of what a vendor calls it. Scope paths hold the ids of the calls
/// around, so the turns of all enclosing scopes are in it.
/// </summary>
internal static class CallIds
{
    /// <summary>Of the only call of a tool node, in executions of behaviour 1.</summary>
    public const string OfToolNodeBefore = "call";

    /// <summary>The id of a call.</summary>
    /// <param name="execution">The execution that demands it.</param>
    /// <param name="path">The scope.</param>
    /// <param name="activation">The activation.</param>
    /// <param name="turn">How often the activation's model had answered before.</param>
    /// <param name="index">The call's place in the answer, from 0.</param>
    public static string Of(ExecutionId execution, string path, string activation, int turn, int index)
    {
        // Neither paths nor names have line breaks: no two places have one name.
        var name = string.Create(CultureInfo.InvariantCulture, $"{execution}\n{path}\n{activation}\n{turn}\n{index}");
        return $"call_{Hash(name)}";
    }

    /// <summary>The id of an answer, whichever attempt and owner gives it: readers see the same message start anew.</summary>
    /// <param name="execution">The execution that asks for it.</param>
    /// <param name="node">The activation, with its scope: see <see cref="ScopePath.OfNode"/>.</param>
    /// <param name="turn">How often the activation's model had answered before.</param>
    public static string OfAnswer(ExecutionId execution, string node, int turn) => $"msg_{Hash($"{execution}/{node}/{turn}")}";

    /// <summary>
    /// The idempotency key of a call that has none recorded. With its arguments: should the process die before anything of the call
    /// is stored, and the call be demanded anew with other arguments, that is another call.
    /// </summary>
    public static string KeyOf(ExecutionId execution, string id, JsonElement arguments) => arguments.ValueKind == JsonValueKind.Undefined
        ? $"{execution}/{id}"
        : $"{execution}/{id}/{Hash(JsonSerializer.SerializeToUtf8Bytes(arguments, JournalJson.Default.JsonElement), 8)}";

    /// <summary>The same as behaviour 1 made it.</summary>
    public static string KeyBefore(ExecutionId execution, string path, string activation, string id, int turn) =>
        $"{execution}/{ScopePath.OfCall(path, activation, id)}/{turn}";

    private static string Hash(string name)
    {
        var most = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> bytes = most <= 1024 ? stackalloc byte[most] : new byte[most];
        return Hash(bytes[..Encoding.UTF8.GetBytes(name, bytes)], 12);
    }

    private static string Hash(ReadOnlySpan<byte> bytes, int length)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..length]);
    }
}
