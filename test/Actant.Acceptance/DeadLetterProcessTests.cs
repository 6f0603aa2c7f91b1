using Actant.Nats.Tests;
using Actant.Testing;

namespace Actant.Acceptance;

/// <summary>Messages that were given up, by the command line.</summary>
[Trait("Row", "I3")]
public sealed class DeadLetterProcessTests
{
    [Fact]
    public async Task DeadLetter_IsListedAndSentAgainByCommand()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await NatsServer.StartAsync();
        var nats = ("NATS_URL", broker.Url);
        await using var server = await ActantProcess.ServeAsync(folder.Path, nats);
        await using var sender = new Sender(broker.Url);
        await sender.SendWhenThereAsync("no JSON", "remembered");
        await sender.SendAsync("no JSON either");
        await sender.MessagesAsync("AGENT_DEAD_LETTERS", 2);

        var listed = await ActantProcess.RunAsync(["dead-letters", "list"], nats);
        var resent = await ActantProcess.RunAsync(["dead-letters", "resend", "--all"], nats);
        await sender.MessagesAsync("AGENT_RESULTS", 3);
        var missing = await ActantProcess.RunAsync(["dead-letters", "resend", "77"], nats);
        var unsaid = await ActantProcess.RunAsync(["dead-letters", "resend"], nats);
        var nowhere = await ActantProcess.RunAsync(["dead-letters", "list"]);

        Assert.Equal((0, 2), (listed.Code, listed.Output.Split("invalid_json").Length - 1));
        Assert.Equal(1, resent.Code);
        Assert.Contains("  sent", resent.Output, StringComparison.Ordinal);
        Assert.Contains("duplicate window", Assert.Single(resent.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal((1, 2, 2), (missing.Code, unsaid.Code, nowhere.Code));
        Assert.Contains("NATS_URL", nowhere.Error, StringComparison.Ordinal);
    }
}
