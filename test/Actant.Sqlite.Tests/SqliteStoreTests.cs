using System.Text;
using Actant.Storage;
using Actant.Testing.Storage;

namespace Actant.Sqlite.Tests;

public sealed class SqliteStoreTests : StoreConformance, IDisposable
{
    private readonly List<TemporaryFolder> _folders = [];

    public void Dispose() => _folders.ForEach(folder => folder.Dispose());

    protected override async Task<IActantStore> OpenStoreAsync(TimeProvider clock, IdGenerator ids)
    {
        var folder = new TemporaryFolder();
        _folders.Add(folder);
        return await SqliteStore.OpenAsync(folder.Options, clock, ids, default);
    }

    /// <summary>Every byte of every file: what is deleted must not be in free pages or in the log either.</summary>
    protected override async Task<string> DumpAsync()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.GetFiles(_folders[^1].Path, "actant.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            text.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        return text.ToString();
    }

    [Fact]
    public async Task Open_NewFolder_IsForItsOwnerAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "data");
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { DataFolder = path }, TimeProvider.System, IdGenerator.System, TestContext.Current.CancellationToken);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        foreach (var file in Directory.GetFiles(path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
