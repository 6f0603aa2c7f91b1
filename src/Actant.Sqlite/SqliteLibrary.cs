using System.Runtime.InteropServices;
using SQLitePCL;

namespace Actant.Sqlite;

/// <summary>The operating system's SQLite: patched with the system, and nothing native is shipped.</summary>
internal static class SqliteLibrary
{
    // STRICT tables came with 3.37.
    private const int OldestVersion = 3_037_000;
    private static readonly Lazy<bool> _loaded = new(Load);

    /// <exception cref="DllNotFoundException">The library is missing or too old; the message says how to install it.</exception>
    public static void Use() => _ = _loaded.Value;

    private static bool Load()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(
                typeof(SQLite3Provider_e_sqlite3).Assembly,
                static (name, _, _) => name == "e_sqlite3" ? Find() : 0);
        }
        catch (InvalidOperationException)
        {
            // The program that we are part of has its own resolver for this provider: then its library counts.
        }

        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        if (raw.sqlite3_libversion_number() < OldestVersion)
            throw new DllNotFoundException($"SQLite {raw.sqlite3_libversion().utf8_to_string()} is too old, 3.37 is needed. {Advice}");
        return true;
    }

    private static nint Find()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
                return handle;
        }

        throw new DllNotFoundException($"SQLite's library ({string.Join(", ", Names)}) was not found. {Advice}");
    }

    private static string[] Names =>
        OperatingSystem.IsWindows() ? ["winsqlite3.dll", "sqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so"];

    private static string Advice =>
        OperatingSystem.IsWindows() ? "It is part of Windows 10 and later; put a sqlite3.dll beside the program otherwise."
        : OperatingSystem.IsMacOS() ? "Install it: brew install sqlite"
        : "Install it: apt-get install libsqlite3-0 (Debian, Ubuntu), dnf install sqlite-libs (Fedora), apk add sqlite-libs (Alpine).";
}
