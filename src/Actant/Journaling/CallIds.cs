using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Actant.Journaling;

/// <summary>
/// The identity of a call: made of where it was demanded, never of what a vendor calls it. Scope paths hold the ids of the calls
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
        return $"call_{Hash(Encoding.UTF8.GetBytes(name), 12)}";
    }

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

    private static string Hash(ReadOnlySpan<byte> bytes, int length)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..length]);
    }
}
