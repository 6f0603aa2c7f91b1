using System.Text.Json;
using System.Text.Unicode;

namespace Actant.Api;

/// <summary>JSON, mostly an object, that a way in was sent, within bounds, and without anything that could hurt later.</summary>
/// <param name="Body">The object, or what else was expected; undefined where nothing was sent.</param>
public sealed record CommandDocument(JsonElement Body)
{
    /// <summary>4 MiB, the most bytes that are read: an inline definition together with an input.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    // How deep the values in it may be is for those to judge who take them.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = JsonLimits.DecodeDepth, AllowDuplicateProperties = false };

    /// <summary>Nothing was sent.</summary>
    public static CommandDocument Nothing { get; } = new(default(JsonElement));

    /// <summary>Reads an object; refused if it is not JSON, no object, too deep, or not well-formed Unicode.</summary>
    public static Reply<CommandDocument> Read(ReadOnlyMemory<byte> bytes) => Read(bytes, JsonValueKind.Object);

    /// <summary>Reads a list in the same way.</summary>
    public static Reply<CommandDocument> ReadList(ReadOnlyMemory<byte> bytes) => Read(bytes, JsonValueKind.Array);

    private static Reply<CommandDocument> Read(ReadOnlyMemory<byte> bytes, JsonValueKind expected)
    {
        if (bytes.Length > MaxBytes)
        {
            return Reply<CommandDocument>.Refused(TooLarge());
        }

        // Some programs begin whatever they write with a byte order mark.
        if (bytes.Span.StartsWith("\uFEFF"u8))
        {
            bytes = bytes["\uFEFF"u8.Length..];
        }

        if (!Utf8.IsValid(bytes.Span))
        {
            return Malformed("$", "The body is not UTF-8.");
        }

        try
        {
            var body = JsonElement.Parse(bytes.Span, Options);
            return StorableJson.FindBroken(body, "$") is { } broken ? Malformed(broken, "The text has half a surrogate pair.")
                : body.ValueKind == expected ? Reply<CommandDocument>.Done(new CommandDocument(body))
                : Malformed("$", expected == JsonValueKind.Array ? "A list is expected." : "An object is expected.");
        }
        catch (InvalidOperationException)
        {
            // The parser compares names to find duplicates, and cannot read this one.
            return Malformed("$", "A field's name has half a surrogate pair.");
        }
        catch (JsonException exception)
        {
            return Malformed(exception.Path ?? "$", JsonLimits.Describe(exception));
        }
    }

    /// <summary>Why more bytes are refused.</summary>
    public static Refusal TooLarge() => new(RefusalCodes.PayloadTooLarge, $"At most {MaxBytes} bytes are read.");

    /// <summary>Its fields.</summary>
    public JsonFields Fields() => new(Body);

    private static Reply<CommandDocument> Malformed(string path, string message) => Reply<CommandDocument>.Refused(
        new Refusal(RefusalCodes.InvalidJson, message, [new DefinitionProblem(path, RefusalCodes.InvalidJson, message)]));
}
