using System.Text.Json;

namespace Actant.Storage;

/// <summary>
/// Parts of rows that a store keeps as JSON. One that cannot be read says so in its place: it must not hide the rows beside it, which
/// are listed and taken together with it.
/// </summary>
public static class RowValues
{
    /// <summary>The code of a failure that cannot be read.</summary>
    public const string Unreadable = "row_unreadable";

    /// <summary>Why an execution failed, as it is stored.</summary>
    public static byte[] Write(Failure failure) => JsonSerializer.SerializeToUtf8Bytes(failure, StorageJson.Default.Failure);

    /// <summary>Why an execution failed.</summary>
    public static Failure ReadFailure(ReadOnlySpan<byte> stored)
    {
        try
        {
            return JsonSerializer.Deserialize(stored, StorageJson.Default.Failure) ?? Lost();
        }
        catch (JsonException)
        {
            return Lost();
        }
    }

    /// <summary>Who did something, as it is stored.</summary>
    public static byte[] Write(Principal principal) => JsonSerializer.SerializeToUtf8Bytes(principal, StorageJson.Default.Principal);

    /// <summary>Who did something; <c>null</c> where that cannot be read.</summary>
    public static Principal? ReadPrincipal(ReadOnlySpan<byte> stored)
    {
        try
        {
            return JsonSerializer.Deserialize(stored, StorageJson.Default.Principal);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Failure Lost() => new()
    {
        Code = Unreadable,
        Message = "Why it failed cannot be read: the row is damaged. The thread's history may tell; cancel and delete work.",
    };
}
