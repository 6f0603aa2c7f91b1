using System.Net;
using System.Text.Json;
using Actant.Testing;

namespace Actant.Acceptance;

/// <summary>A server that starts where nothing can be written.</summary>
[Trait("Row", "O1")]
public sealed class DiskTests
{
    [Fact]
    public async Task Serve_DiskIsFullAndNothingIsInReserve_SaysSoAndServesWhenThereIsRoom()
    {
        using var disk = SmallDisk.TryMount(24);
        if (disk is null)
        {
            return;
        }

        var id = await LeaveWorkAsync(disk);
        File.Delete(Path.Combine(disk.Path, "actant.reserve"));
        disk.Fill();

        await StartsLaterAsync(disk, id, "full", disk.Empty);
    }

    [Fact]
    public async Task Serve_DataFolderIsReadOnly_SaysSoAndServesWhenItIsNot()
    {
        using var disk = SmallDisk.TryMount(24);
        if (disk is null)
        {
            return;
        }

        var id = await LeaveWorkAsync(disk);
        disk.Remount(readOnly: true);

        await StartsLaterAsync(disk, id, "mounted for writing", () => disk.Remount(readOnly: false));
    }

    [Fact]
    public async Task Serve_DatabaseIsNoFile_SaysSoAndServesWhenItCanBeWritten()
    {
        using var folder = new TemporaryFolder();

        // Refuses root too, which no rights do.
        var database = Path.Combine(folder.Path, "actant.db");
        Directory.CreateDirectory(database);

        await StartsLaterAsync(folder.Path, "the user of this process write", () => Directory.Delete(database));
    }

    private static async Task<string> LeaveWorkAsync(SmallDisk disk)
    {
        await using var server = await ActantProcess.ServeAsync(disk.Path);
        using var body = new StringContent("""{"agent": "math-assistant", "input": "x", "start": false}""", System.Text.Encoding.UTF8, "application/json");
        using var accepted = await server.Client.PostAsync("/api/v1/executions", body);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var id = JsonElement.Parse(await accepted.Content.ReadAsStringAsync()).GetProperty("execution_id").GetString()!;
        Assert.Equal(0, await server.StopAsync());
        return id;
    }

    private static Task StartsLaterAsync(SmallDisk disk, string id, string reason, Action mend) =>
        StartsLaterAsync(disk.Path, reason, mend, server => server.AnswersAsync($"/api/v1/executions/{id}", HttpStatusCode.OK));

    private static async Task StartsLaterAsync(string data, string reason, Action mend, Func<ActantProcess, Task>? then = null)
    {
        await using var server = ActantProcess.Begin(FreePort.Find(), data);
        await server.AnswersAsync("/health", HttpStatusCode.OK);
        var ready = JsonElement.Parse(await server.AnswersAsync("/ready", HttpStatusCode.ServiceUnavailable));
        using var refused = await server.Client.GetAsync("/api/v1/agents");

        Assert.Contains(reason, ready.GetProperty("checks").GetProperty("store").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(data, ready.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal("store_unavailable", JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("code").GetString());

        mend();
        await server.AnswersAsync("/ready", HttpStatusCode.OK);
        if (then is not null)
        {
            await then(server);
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Contains(server.Log, line => line.Contains("The store cannot be used", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal));
    }
}
