using System.Text.Json;
using Actant.Storage;

namespace Actant.Server.Plugins;

/// <summary>
/// Which plug-ins the last server on a store had: its filters are in force for what is there, and a command that writes past the server must not
/// lead around them unnoticed.
/// </summary>
internal static class PluginRecord
{
    private const string Kind = "plugins";
    private const string Id = "server";

    // No tenant of a caller can have this name.
    private static readonly TenantId s_home = new(":plugins");

    /// <summary>Notes what a server has that starts.</summary>
    /// <returns>Those that the one before had, and it has not.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(IActantStore store, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var records = store.For(s_home).Records;
        List<string> names = [.. NamesOf(files)];
        var known = await records.ReadAsync(Kind, Id, null, cancellationToken);
        var before = NamesOf(known);
        if (!before.SequenceEqual(names))
        {
            await records.WriteAsync(
                new RecordWrite { Kind = Kind, Id = Id, Name = Id, ExpectedVersion = known?.Version ?? 0, Body = JsonSerializer.SerializeToUtf8Bytes([.. names], PluginJson.Default.StringArray) },
                cancellationToken);
        }

        return [.. before.Except(names)];
    }

    /// <summary>Why nothing may be written without the plug-ins that are missing; <c>null</c> when none is.</summary>
    public static async Task<string?> WhyNotAsync(IActantStore store, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        List<string> missing = [.. NamesOf(await store.For(s_home).Records.ReadAsync(Kind, Id, null, cancellationToken)).Except(NamesOf(files))];
        return missing.Count == 0 ? null
            : $"the last server had plug-ins that are not set here ({string.Join(", ", missing)}), so what is written would not pass their filters. "
                + "Name them in ACTANT__PLUGINS__0 and so on, ask the server (--url), or say --without-plugins.";
    }

    // Where a plug-in lies may differ between machines; its name does not.
    private static IEnumerable<string> NamesOf(IReadOnlyList<string> files) => files.Select(static file => Path.GetFileName(file));

    private static string[] NamesOf(StoredRecord? record)
    {
        try
        {
            return record is null ? [] : JsonSerializer.Deserialize(record.Body.Span, PluginJson.Default.StringArray) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
