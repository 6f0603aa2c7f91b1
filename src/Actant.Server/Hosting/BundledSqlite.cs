using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Actant.Server.Hosting;

/// <summary>
/// SQLite in a program that is one file. The loader takes libraries from files only, and there may be no folder that can be written, or none whose
/// files may run: so it gets one that exists in memory alone.
/// </summary>
internal static partial class BundledSqlite
{
    private const string Library = "e_sqlite3";
    private const string Resource = "libe_sqlite3.so";
    private const uint CloseOnExec = 1;

    // Asked for by each function that is called first; two copies would not know each other's state.
    private static readonly Lazy<nint> s_library = new(Load);

    /// <summary>Lets SQLite be found where it is inside; elsewhere it lies beside the program.</summary>
    public static void Register()
    {
        if (typeof(BundledSqlite).Assembly.GetManifestResourceInfo(Resource) is not null)
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) => name == Library ? s_library.Value : 0);
        }
    }

    /// <summary>The library; 0, so that the usual places are searched, where the system does not let memory be run.</summary>
    private static nint Load()
    {
        using var memory = CreateMemoryFile(Library, CloseOnExec);
        if (memory.IsInvalid)
        {
            return 0;
        }

        using var file = new FileStream(memory, FileAccess.Write, bufferSize: 0);
        using (var content = typeof(BundledSqlite).Assembly.GetManifestResourceStream(Resource)!)
        {
            content.CopyTo(file);
        }

        return NativeLibrary.TryLoad($"/proc/self/fd/{memory.DangerousGetHandle()}", out var library) ? library : 0;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle CreateMemoryFile(string name, uint flags);
}
